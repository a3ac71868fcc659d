import { type Light, type Lights, lightsOf } from '#shared/lights.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { Shape } from '../design/Shape.tsx';
import { useClock } from '../store/clock.ts';
import styles from './card-lights.module.css';

/** The three lights, side by side: logged in, listening, answered. */
export function CardLights({ tunnel }: { readonly tunnel: TunnelSnapshot }) {
  return (
    <div className={styles.lights}>
      {LIGHTS.map(([key, name]) => (
        <LightView key={key} tunnel={tunnel} which={key} name={name} />
      ))}
    </div>
  );
}

const LIGHTS = [
  ['ssh', 'SSH'],
  ['listener', 'Listener'],
  ['target', 'Target'],
] as const;

interface LightViewProps {
  readonly tunnel: TunnelSnapshot;
  readonly which: keyof Lights;
  readonly name: string;
}

function LightView({ tunnel, which, name }: LightViewProps) {
  // A text, because what depends on the clock is compared by value.
  const text = useClock((now) => {
    const { tone, words } = lightsOf(tunnel, now)[which];
    return `${tone} ${words}`;
  });
  const gap = text.indexOf(' ');
  const tone = text.slice(0, gap) as Light['tone'];
  const words = text.slice(gap + 1);
  return (
    <span role="img" aria-label={`${name}: ${words}`} className={styles.light}>
      <Shape tone={tone} />
      <span className={styles.name}>{name}</span>
      <span className={styles.words} title={words}>
        {words}
      </span>
    </span>
  );
}
