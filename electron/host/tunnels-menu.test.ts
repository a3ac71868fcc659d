import { describe, expect, it, vi } from 'vitest';
import { tunnelsMenu } from './tunnels-menu.ts';

describe('tunnelsMenu', () => {
  it('has one entry a tunnel, which toggles it and keeps its mark until the tunnel moved', () => {
    const toggle = vi.fn();
    const [item] = tunnelsMenu([{ kind: 'tunnel', id: 'a', label: 'R&D: Open', running: true }], {
      toggle,
      act: vi.fn(),
    });
    expect(item).toMatchObject({ label: 'R&&D: Open', checked: true, type: 'checkbox' });
    const clicked = { checked: false };
    item?.click?.(clicked as never, undefined, {} as never);
    expect(clicked.checked).toBe(true);
    expect(toggle).toHaveBeenCalledExactlyOnceWith('a');
  });

  it('shows an action that makes no sense now as disabled', () => {
    const act = vi.fn();
    const [item] = tunnelsMenu([{ kind: 'action', action: 'stopAll', label: 'Stop all', enabled: false }], {
      toggle: vi.fn(),
      act,
    });
    expect(item).toMatchObject({ label: 'Stop all', enabled: false });
    item?.click?.({} as never, undefined, {} as never);
    expect(act).toHaveBeenCalledExactlyOnceWith('stopAll');
  });
});
