/** The tabs over the list area. */
import * as React from 'react';
import { formatCount } from '../analysis/format';
import type { HuntTab } from '../tokens';
import { useHunt } from './context';

const ORDER: readonly HuntTab[] = ['findings', 'cells', 'variables'];

/**
 * The tabs and the panel of the chosen one.
 *
 * @param counts - How many rows each tab has; null while not known.
 */
export function Tabs(props: {
  counts: Record<HuntTab, number | null>;
  children: React.ReactNode;
}): JSX.Element {
  const { model, trans } = useHunt();
  const id = React.useId();
  const list = React.useRef<HTMLDivElement>(null);
  const labels: Record<HuntTab, string> = {
    findings: trans.__('Findings'),
    cells: trans.__('Cells'),
    variables: trans.__('Variables')
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = ORDER.indexOf(model.tab);
    const last = ORDER.length - 1;
    const to = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last
    }[event.key];
    if (to === undefined) {
      return;
    }
    event.preventDefault();
    model.tab = ORDER[to];
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[to].focus();
  };
  return (
    <>
      <div
        className="lh-tabs"
        role="tablist"
        aria-label={trans.__('Lists')}
        ref={list}
        onKeyDown={onKeyDown}
      >
        {ORDER.map(tab => {
          const chosen = tab === model.tab;
          const count = props.counts[tab];
          return (
            <button
              key={tab}
              type="button"
              role="tab"
              id={`${id}-${tab}`}
              className="lh-tab"
              aria-selected={chosen}
              aria-controls={`${id}-panel`}
              tabIndex={chosen ? 0 : -1}
              onClick={() => {
                model.tab = tab;
              }}
            >
              {labels[tab]}
              {count !== null && (
                <span className="lh-tab-count">{formatCount(count)}</span>
              )}
            </button>
          );
        })}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${model.tab}`}
        className="lh-tabpanel"
      >
        {props.children}
      </div>
    </>
  );
}
