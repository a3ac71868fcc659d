import './configure-zod.ts';
import '@fontsource-variable/inter/wght.css';
import './design/tokens.css';
import './design/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { ErrorBoundary, Failure } from './errors/ErrorBoundary.tsx';
import { connect } from './store/connect.ts';

const element = document.getElementById('root');
if (!element) throw new Error('The page has no #root.');
const root = createRoot(element);

root.render(
  <ErrorBoundary>
    <App />
  </ErrorBoundary>,
);

const problem = await connect();
if (problem !== null) root.render(<Failure text={problem} />);
