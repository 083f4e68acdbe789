/** Why the last wish was not granted: in every view the same. */
import * as React from 'react';
import { infoIcon } from '../icons';
import { Button } from './parts/atoms';
import { Box, Buttons } from './parts/box';
import { useHunt } from './context';
import { Rich } from './parts/rich';

/** Why the last wish was not granted. */
export function Refused(): JSX.Element | null {
  const { model, trans } = useHunt();
  const { refusal } = model;
  return refusal === null ? null : (
    <Box icon={infoIcon} tone="warn" title={trans.__('Nothing was changed')}>
      <p>
        <Rich text={refusal} />
      </p>
      <Buttons>
        <Button label={trans.__('OK')} onClick={() => model.dismissRefusal()} />
      </Buttons>
    </Box>
  );
}
