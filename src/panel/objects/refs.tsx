/** What refers to one object, strong and weak apart, and what can be done about it. */
import * as React from 'react';
import type { Reference, References } from '../../protocol/generated';
import { Button, WishButton } from '../parts/atoms';
import { Buttons } from '../parts/box';
import { useHunt } from '../context';
import { Rich } from '../parts/rich';

/** The references of an object under its name. */
export function ReferencesStep(props: { references: References }): JSX.Element {
  const { model, trans } = useHunt();
  const { strong, weak, unseen, clear, why_not } = props.references;
  return (
    <div className="lh-refs">
      <References title={trans.__('Strong: these keep it')} of={strong}>
        {unseen > 0 && (
          <li className="lh-muted">
            {trans._n(
              '%1 reference from native code or from what cannot be seen',
              '%1 references from native code or from what cannot be seen',
              unseen
            )}
          </li>
        )}
      </References>
      <References title={trans.__('Weak: these let it go')} of={weak} />
      {clear !== null ? (
        <Buttons>
          <WishButton
            filled
            label={trans.__('Clear…')}
            onClick={() => model.previewClear([clear])}
          />
        </Buttons>
      ) : (
        why_not !== null && (
          <p className="lh-muted">
            <Rich text={why_not} />
          </p>
        )
      )}
    </div>
  );
}

function References(props: {
  title: string;
  of: readonly Reference[];
  children?: React.ReactNode;
}): JSX.Element {
  const { trans } = useHunt();
  return (
    <section aria-label={props.title}>
      <h4>{props.title}</h4>
      <ul className="lh-refs-list">
        {props.of.map(one => (
          <li key={one.label}>
            <Line reference={one} />
            {one.code !== null && <Weaker code={one.code} when={one.when} />}
          </li>
        ))}
        {props.of.length === 0 && !props.children && (
          <li className="lh-muted">{trans.__('None.')}</li>
        )}
        {props.children}
      </ul>
    </section>
  );
}

/** The place as code, and what kind of place it is. */
function Line(props: { reference: Reference }): JSX.Element {
  const { label, how, note } = props.reference;
  return (
    <p className="lh-refs-line">
      {label.includes('`') ? <Rich text={label} /> : <code>{label}</code>}
      <span className="lh-muted">{note ? `${how}, ${note}` : how}</span>
    </p>
  );
}

/** The code for a weak reference in the place of a strong one. */
function Weaker(props: { code: string; when: string | null }): JSX.Element {
  const { trans, copy } = useHunt();
  return (
    <details className="lh-weaker">
      <summary>{trans.__('A weak reference would do')}</summary>
      {props.when !== null && (
        <p className="lh-muted">
          <Rich text={props.when} />
        </p>
      )}
      <pre className="lh-fix">
        <code>{props.code}</code>
      </pre>
      <Button
        small
        label={trans.__('Copy')}
        onClick={() => {
          copy(props.code);
        }}
      />
    </details>
  );
}
