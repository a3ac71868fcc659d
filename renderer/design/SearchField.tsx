import { Search } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useAppStore } from '../store/app-store.ts';
import styles from './search-field.module.css';

interface SearchFieldProps {
  /** Its accessible name. */
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  onChange(value: string): void;
}

/** A search box that Ctrl+K (or Cmd+K) reaches from anywhere and Escape clears. */
export function SearchField({ label, placeholder, value, onChange }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const isMac = useAppStore(({ environment }) => environment.platform === 'darwin');
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isShortcut = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k';
      if (!isShortcut) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <div className={styles.field}>
      <Search aria-hidden="true" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <span aria-hidden="true" className={styles.shortcut}>
        {isMac ? '⌘K' : 'Ctrl K'}
      </span>
    </div>
  );
}
