/** The view Objects: classes, the biggest objects of one, and what refers to one of them. */
import * as React from 'react';
import { formatBytes, formatCount, formatPercent } from '../../analysis/format';
import { infoIcon, recycleIcon } from '../../icons';
import type { IObjects } from '../../model/objects';
import type { ObjectsShow } from '../../protocol/generated';
import { Button, WishButton } from '../parts/atoms';
import { BackLine } from '../parts/back';
import { Box, Buttons } from '../parts/box';
import { useHunt } from '../context';
import { ClassTable, InstanceTable } from './table';
import { ReferencesStep } from './refs';
import { Rich } from '../parts/rich';
import { TextFilter } from '../parts/table';

/** The view in the place of the list. */
export function ObjectsView(props: { objects: IObjects }): JSX.Element {
  const { objects } = props;
  const { instances, references } = objects;
  if (references) {
    return (
      <Step
        key={`of ${references.title}`}
        title={references.title}
        aside={references.type}
        objects={objects}
      >
        <ReferencesStep references={references} />
      </Step>
    );
  }
  if (instances) {
    return (
      <Step key={instances.row} title={instances.type} objects={objects}>
        <InstancesStep objects={objects} />
      </Step>
    );
  }
  return <ClassesStep objects={objects} />;
}

/** A title with the way back, what is being asked, and the answer. */
function Step(props: {
  title: string;
  aside?: string;
  objects: IObjects;
  tools?: React.ReactNode;
  children?: React.ReactNode;
}): JSX.Element {
  return (
    <>
      <BackLine title={props.title} aside={props.aside} />
      {props.tools}
      <div className="lh-scroll">
        <Asking objects={props.objects} />
        {props.children}
      </div>
    </>
  );
}

/** What the kernel is asked, how far it is, and what it refused. */
function Asking(props: { objects: IObjects }): JSX.Element | null {
  const { model, trans } = useHunt();
  const { pending, refusal } = model;
  const { show } = props.objects;
  if (pending?.what === 'objects' || pending?.what === 'collect') {
    const { progress } = pending;
    return (
      <div className="lh-asking">
        <span>
          {/* How far it is would be spoken with each step. */}
          <span role="status">
            {pending.waits
              ? trans.__('Waits for the running cell…')
              : trans.__('Looking at the objects…')}
          </span>
          {progress && ` ${formatPercent(progress.done, progress.total)}`}
        </span>
        <Button
          small
          label={trans.__('Cancel')}
          onClick={() => model.cancel()}
        />
      </div>
    );
  }
  if (refusal === null) {
    return null;
  }
  return (
    <Box icon={infoIcon} title={trans.__('No answer')}>
      <p>
        <Rich text={refusal} />
      </p>
      <Buttons>
        {show === 'growing' && (
          <Button
            filled
            label={trans.__('Mark now')}
            onClick={() => model.countObjects('all', true)}
          />
        )}
        <Button
          label={trans.__('Dismiss')}
          onClick={() => model.dismissRefusal()}
        />
      </Buttons>
    </Box>
  );
}

function ClassesStep(props: { objects: IObjects }): JSX.Element {
  const { trans, decimal } = useHunt();
  const { objects } = props;
  const { table, collection } = objects;
  const [text, setText] = React.useState('');
  return (
    <Step
      title={trans.__('Objects')}
      aside={
        table
          ? trans._n(
              '%2 object, %3',
              '%2 objects, %3',
              table.objects,
              formatCount(table.objects),
              formatBytes(table.bytes, { decimal })
            )
          : undefined
      }
      objects={objects}
      tools={<Filters objects={objects} text={text} onText={setText} />}
    >
      {collection && !table && (
        <Box
          icon={recycleIcon}
          tone="good"
          title={trans._n(
            'Collected %2 object',
            'Collected %2 objects',
            collection.objects,
            formatCount(collection.objects)
          )}
        >
          <p>
            {trans.__(
              '%1 came back.',
              formatBytes(collection.measured, { decimal })
            )}{' '}
            {collection.stuck > 0 &&
              trans._n(
                '%2 object could not be freed.',
                '%2 objects could not be freed.',
                collection.stuck,
                formatCount(collection.stuck)
              )}
          </p>
        </Box>
      )}
      {table && <ClassTable table={table} text={text} />}
    </Step>
  );
}

/** Which classes are listed, and the buttons that belong to that. */
function Filters(props: {
  objects: IObjects;
  text: string;
  onText: (text: string) => void;
}): JSX.Element {
  const { model, trans } = useHunt();
  const { objects, text, onText } = props;
  const { show } = objects;
  const words: Record<ObjectsShow, string> = {
    all: trans.__('All'),
    growing: trans.__('Growing'),
    unused: trans.__('Not read by any cell'),
    unreachable: trans.__('Unreachable')
  };
  const refused = !model.canAct && trans.__('The kernel takes no wish now');
  return (
    <div className="lh-objects-tools">
      <div
        className="lh-objects-filters"
        role="group"
        aria-label={trans.__('Which objects')}
      >
        {(Object.keys(words) as ObjectsShow[]).map(word => (
          <button
            key={word}
            type="button"
            className="lh-objects-filter"
            aria-pressed={word === show}
            aria-disabled={refused ? true : undefined}
            title={refused || undefined}
            onClick={() => model.countObjects(word)}
          >
            {words[word]}
          </button>
        ))}
      </div>
      <div className="lh-objects-line">
        <TextFilter
          placeholder={trans.__('Filter by class')}
          name={trans.__('Filter by class')}
          text={text}
          onText={onText}
        />
        {show === 'unreachable' ? (
          <Button
            small
            label={trans.__('Collect')}
            title={trans.__('Free what nothing refers to')}
            disabled={refused}
            onClick={() => model.collect()}
          />
        ) : (
          <Button
            small
            label={trans.__('Mark')}
            title={trans.__('Compare later counts with now')}
            disabled={refused}
            onClick={() => model.countObjects('all', true)}
          />
        )}
      </div>
    </div>
  );
}

function InstancesStep(props: { objects: IObjects }): JSX.Element | null {
  const { model, trans } = useHunt();
  const { instances, table } = props.objects;
  if (!instances) {
    return null;
  }
  const row = table?.rows.find(({ id }) => id === instances.row);
  return (
    <>
      {row && row.clears.length > 0 && (
        <Box
          icon={infoIcon}
          title={trans.__('Held only by variables that no cell reads again')}
        >
          <p>
            <Rich text={row.clears.map(name => `\`${name}\``).join(', ')} />
          </p>
          <Buttons>
            <WishButton
              filled
              label={trans.__('Clear…')}
              onClick={() => model.previewClear([row.id])}
            />
          </Buttons>
        </Box>
      )}
      <InstanceTable instances={instances} />
    </>
  );
}
