import { Plus } from 'lucide-react';
import { Button } from '../design/Button.tsx';
import { goTo } from '../store/view-store.ts';
import { useReturnedFocus } from './use-returned-focus.ts';

/** Opens the form of a new tunnel. */
export function NewTunnelButton() {
  const button = useReturnedFocus(null);
  return (
    <Button ref={button} look="primary" onClick={() => goTo({ name: 'form', profileId: null })}>
      <Plus aria-hidden="true" />
      New tunnel
    </Button>
  );
}
