/** The foot of a view in which something runs: Stop, which keeps what was measured. */
import * as React from 'react';
import { useHunt } from '../context';
import { Button } from './atoms';

/**
 * @param title - What Stop does.
 * @param stopping - Why it cannot be pressed again; false before it was.
 */
export function StopFoot(props: {
  title: string;
  stopping: string | false;
}): JSX.Element {
  const { model, trans } = useHunt();
  const { title, stopping } = props;
  return (
    <div className="lh-foot">
      <span className="lh-foot-words">
        {trans.__('Stopping keeps what was measured.')}
      </span>
      <Button
        label={stopping ? trans.__('Stopping…') : trans.__('Stop')}
        disabled={stopping}
        title={title}
        onClick={() => model.cancel()}
      />
    </div>
  );
}
