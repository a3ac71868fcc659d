/** Marks the button of a row that tests its forward. */
export const TEST_BUTTON = { 'data-test-forward': '' } as const;

/** Gives the focus back to the row's test button before a control beneath it goes, so that the keyboard keeps its place. */
export function focusTestButton(control: Element): void {
  control.closest('li')?.querySelector<HTMLElement>('[data-test-forward]')?.focus();
}
