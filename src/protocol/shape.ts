/**
 * Readers: a value of unknown shape goes in, the same value comes out typed,
 * or a `Misfit` is thrown that names the place. Nothing is copied, and keys
 * that a newer kernel side may add are let through.
 */

/** Reads `value`, which stands at the path `at` of a message. */
export type Reader<T> = (value: unknown, at: string) => T;

/** A value that is not what its place in the message asks for. */
export class Misfit extends Error {
  constructor(at: string, wanted: string) {
    super(`${at || 'the message'} is not ${wanted}`);
  }
}

export const string: Reader<string> = (value, at) => {
  if (typeof value !== 'string') {
    throw new Misfit(at, 'a text');
  }
  return value;
};

export const number: Reader<number> = (value, at) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Misfit(at, 'a number');
  }
  return value;
};

export const boolean: Reader<boolean> = (value, at) => {
  if (typeof value !== 'boolean') {
    throw new Misfit(at, 'true or false');
  }
  return value;
};

/** Either `null` or what `read` reads. */
export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value, at) => (value === null ? null : read(value, at));
}

/** A list of what `read` reads. */
export function listOf<T>(read: Reader<T>): Reader<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) {
      throw new Misfit(at, 'a list');
    }
    value.forEach((item, index) => read(item, `${at}[${index}]`));
    return value as T[];
  };
}

/** One of these words; the record makes the compiler ask for all of them. */
export function oneOf<T extends string>(words: Record<T, true>): Reader<T> {
  return (value, at) => {
    if (typeof value !== 'string' || !words.hasOwnProperty(value)) {
      throw new Misfit(at, `one of ${Object.keys(words).join(', ')}`);
    }
    return value as T;
  };
}

/** The readers of an object's fields; the compiler asks for every field of `T`. */
export type Readers<T> = { [K in keyof T]-?: Reader<T[K]> };

/** An object with these fields. */
export function shape<T extends object>(fields: Readers<T>): Reader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value, at) => {
    if (typeof value !== 'object' || value === null) {
      throw new Misfit(at, 'an object');
    }
    for (const name of names) {
      fields[name](
        (value as Record<string, unknown>)[name],
        at ? `${at}.${name}` : name
      );
    }
    return value as T;
  };
}
