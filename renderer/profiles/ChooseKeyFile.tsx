import { Button } from '../design/Button.tsx';
import { run } from '../store/messages.ts';

/** Fills in a key file by the system's dialog. */
export function ChooseKeyFile({ onChosen }: { onChosen(file: string): void }) {
  const choose = async () => {
    const chosen = await run('app.chooseKeyFile', null);
    if (chosen?.value) onChosen(chosen.value);
  };
  return <Button onClick={() => void choose()}>Choose…</Button>;
}
