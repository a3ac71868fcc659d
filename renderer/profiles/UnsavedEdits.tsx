import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { leaveFor, stay, useViewStore } from '../store/view-store.ts';

/** Asks before edits are lost. */
export function UnsavedEdits() {
  const wanted = useViewStore((state) => state.wanted);
  if (!wanted) return null;
  return (
    <Dialog title="Leave without saving?" onCancel={stay}>
      <p>What you changed in this form is not saved yet.</p>
      <DialogButtons>
        <Button look="danger" onClick={() => leaveFor(wanted)}>
          Discard changes
        </Button>
        <Button look="primary" data-autofocus onClick={stay}>
          Keep editing
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
