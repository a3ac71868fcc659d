import { Plus, Trash2 } from 'lucide-react';
import { keyUseWords } from '#shared/login-words.ts';
import { Button } from '../design/Button.tsx';
import { ChooseKeyFile } from './ChooseKeyFile.tsx';
import type { FormFields } from './form-fields.ts';
import styles from './more-keys.module.css';
import { TextField } from './TextField.tsx';

/** The key files after the first, and what else a login says about keys: it comes from ssh_config, and can be taken back. */
export function MoreKeys({ draft, change, errorOf, touch }: FormFields) {
  const { method, moreKeyFiles, keyUse } = draft;
  if (method !== 'keyFile' && method !== 'automatic') return null;
  const words = keyUseWords(keyUse);
  const setFile = (index: number, file: string) => change({ moreKeyFiles: moreKeyFiles.with(index, file) });
  return (
    <div className={styles.keys}>
      {method === 'keyFile' &&
        moreKeyFiles.map((file, index) => (
          <TextField
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is all that tells two files apart while they are typed
            key={index}
            label={`Key file ${index + 2}`}
            value={file}
            error={errorOf(`login.moreKeyFiles.${index}`)}
            onChange={(text) => setFile(index, text)}
            onBlur={() => touch(`login.moreKeyFiles.${index}`)}
            beside={
              <>
                <ChooseKeyFile onChosen={(chosen) => setFile(index, chosen)} />
                <Button onClick={() => change({ moreKeyFiles: moreKeyFiles.toSpliced(index, 1) })}>
                  <Trash2 aria-hidden="true" />
                  Remove<span className="visually-hidden"> key file {index + 2}</span>
                </Button>
              </>
            }
          />
        ))}
      {method === 'keyFile' && (
        <div>
          <Button onClick={() => change({ moreKeyFiles: [...moreKeyFiles, ''] })}>
            <Plus aria-hidden="true" />
            Add another key file
          </Button>
        </div>
      )}
      {words.length > 0 && (
        <div className={styles.use}>
          <p>{`Keys: ${words.join(', ')}.`}</p>
          <Button onClick={() => change({ keyUse: {} })}>Forget this</Button>
        </div>
      )}
    </div>
  );
}
