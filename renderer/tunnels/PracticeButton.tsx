import { GraduationCap } from 'lucide-react';
import { Button } from '../design/Button.tsx';
import { run } from '../store/messages.ts';
import { goTo } from '../store/view-store.ts';

/** Makes the tunnel to the practice server, and goes to its card. */
export function PracticeButton() {
  return (
    <Button onClick={() => void makePractice()}>
      <GraduationCap aria-hidden="true" />
      Try the practice server
    </Button>
  );
}

async function makePractice(): Promise<void> {
  const made = await run('profiles.createPractice', null);
  if (made) goTo({ name: 'tunnels', focusOn: made.value.id });
}
