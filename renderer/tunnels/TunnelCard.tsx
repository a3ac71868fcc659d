import { memo, useId } from 'react';
import { isUnheard } from '#shared/engine-silence.ts';
import type { Profile } from '#shared/profile.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { classNames } from '../design/class-names.ts';
import { ErrorAlert } from '../errors/ErrorAlert.tsx';
import { useProfile, useTunnel } from '../store/app-store.ts';
import { CardFoot } from './CardFoot.tsx';
import { CardHead } from './CardHead.tsx';
import { CardLights } from './CardLights.tsx';
import { ForwardList } from './ForwardList.tsx';
import { LastLoss } from './LastLoss.tsx';
import { PracticeHint } from './PracticeHint.tsx';
import styles from './tunnel-card.module.css';

interface TunnelCardProps {
  readonly id: string;
  /** Its place among all cards, from 1, for lists that hold only the cards in view. */
  readonly position: number;
  readonly count: number;
}

/** One tunnel. Draws itself again only when this tunnel or its profile changes. */
export const TunnelCard = memo(function TunnelCard({ id, position, count }: TunnelCardProps) {
  const profile = useProfile(id);
  const tunnel = useTunnel(id);
  const headingId = useId();
  if (!profile) return null;
  return (
    <article
      aria-labelledby={headingId}
      aria-posinset={position}
      aria-setsize={count}
      data-tunnel={id}
      className={classNames(styles.card, styles[tunnel.state.status])}
    >
      <CardHead profile={profile} tunnel={tunnel} headingId={headingId} />
      <CardLights tunnel={tunnel} />
      <TunnelAlert tunnel={tunnel} />
      <ForwardList profile={profile} tunnel={tunnel} />
      <Asides profile={profile} tunnel={tunnel} />
      <CardFoot profile={profile} tunnel={tunnel} />
    </article>
  );
});

function TunnelAlert({ tunnel }: { readonly tunnel: TunnelSnapshot }) {
  const { id, state } = tunnel;
  if (isUnheard(tunnel)) return null;
  if (state.status === 'failed') return <ErrorAlert error={state.error} tunnelId={id} tone="bad" />;
  if (state.status === 'waiting')
    return <ErrorAlert error={state.error} tunnelId={id} tone="wait" offersRetry />;
  return null;
}

function Asides({ profile, tunnel }: { readonly profile: Profile; readonly tunnel: TunnelSnapshot }) {
  const isOpen = tunnel.state.status === 'open' && !isUnheard(tunnel);
  return (
    <>
      {profile.practice && <PracticeHint profile={profile} isOpen={isOpen} />}
      {isOpen && tunnel.lastError && <LastLoss at={tunnel.lastError.at} error={tunnel.lastError.error} />}
    </>
  );
}
