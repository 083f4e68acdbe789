/** What is said of the ticked variables at the foot of the panel, and what can be done. */
import * as React from 'react';
import { sharing, type IChoice } from '../../analysis/variables';
import { formatAtLeast, formatBytes } from '../../analysis/format';
import type { Variable } from '../../protocol/generated';
import { Button, WishButton } from '../parts/atoms';
import { useHunt } from '../context';
import { Rich } from '../parts/rich';

/** Their sharing in words, and the way to the preview. */
export function VariableChoice(props: { choice: IChoice }): JSX.Element {
  const { model, trans } = useHunt();
  const words = useChoiceWords(props.choice);
  const { chosen, group } = props.choice;
  return (
    <div className="lh-foot" role="group" aria-label={trans.__('Selection')}>
      <p className="lh-foot-words">
        <Rich text={words} />
      </p>
      <div className="lh-variables-deeds">
        <WishButton
          filled
          label={trans.__('Clear…')}
          onClick={() =>
            model.previewClear(chosen.map(({ name }) => `name:${name}`))
          }
        />
        {group.length > 0 && (
          <Button
            label={trans.__('Select all %1', group.length)}
            title={group.join(', ')}
            onClick={() => model.chooseVariables(group)}
          />
        )}
        {chosen.length === 1 && (
          <WishButton
            label={trans.__('Show what holds it')}
            onClick={() => model.openObjects(chosen[0].name)}
          />
        )}
        <Button
          label={trans.__('Select none')}
          onClick={() => model.chooseVariables([])}
        />
      </div>
    </div>
  );
}

/** One or two sentences about the ticked variables. */
function useChoiceWords({ chosen, atLeast, together }: IChoice): string {
  const { trans, decimal } = useHunt();
  const size = (bytes: number) => formatBytes(bytes, { decimal });
  if (chosen.length > 1) {
    return together !== null
      ? trans.__(
          '%1 selected. Clearing them frees %2.',
          chosen.length,
          size(together)
        )
      : trans.__(
          '%1 selected. Clearing them frees %2; the preview says how much.',
          chosen.length,
          formatAtLeast(atLeast, { decimal })
        );
  }
  const [variable] = chosen;
  const { name, frees, exact } = variable;
  const freed = exact ? size(frees) : formatAtLeast(frees, { decimal });
  if (variable.shared === 0) {
    return trans.__('Clearing `%1` frees %2.', name, freed);
  }
  const first = sharingWords(variable);
  const second =
    variable.together === null
      ? trans.__('Clearing `%1` alone frees %2.', name, freed)
      : trans.__(
          'Clearing `%1` alone frees %2; clearing %3 too frees %4.',
          name,
          freed,
          list(variable.shared_with),
          size(variable.together)
        );
  return `${first} ${second}`;

  function sharingWords(one: Variable): string {
    const whole = size(one.frees + one.shared);
    const all = sharing(one) === 'all';
    if (one.shared_with.length === 0) {
      return all
        ? trans.__(
            'Holds %1, all of it also held by something without a name of yours.',
            whole
          )
        : trans.__(
            'Holds %1, %2 of it also held by something without a name of yours.',
            whole,
            size(one.shared)
          );
    }
    return all
      ? trans.__('Holds %1, all of it shared with %2.', whole, others(one))
      : trans.__(
          'Holds %1, %2 of it shared with %3.',
          whole,
          size(one.shared),
          others(one)
        );
  }

  function others(one: Variable): string {
    const names = list(one.shared_with);
    return one.shared_more ? trans.__('%1 and others', names) : names;
  }

  function list(names: readonly string[]): string {
    const codes = names.map(name => `\`${name}\``);
    const last = codes[codes.length - 1];
    return codes.length < 2
      ? last
      : trans.__('%1 and %2', codes.slice(0, -1).join(', '), last);
  }
}
