import { Component, type ReactNode } from 'react';
import { Button } from '../design/Button.tsx';
import styles from './failure.module.css';

interface Props {
  readonly children: ReactNode;
}

/** Catches a bug in the window. The tunnels live in another process and go on, which is what people need to know. */
export class ErrorBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Failure text="This window ran into a mistake of ours. Your tunnels keep running." />;
  }
}

/** Says plainly that the window cannot go on, and offers to load it anew. */
export function Failure({ text }: { readonly text: string }) {
  return (
    <main className={styles.failure}>
      <h1>Something went wrong</h1>
      <p role="alert">{text}</p>
      <Button look="primary" onClick={() => window.location.reload()}>
        Reload
      </Button>
    </main>
  );
}
