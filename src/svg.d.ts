/** The builder hands an SVG to a script as its text. */
declare module '*.svg' {
  const text: string;
  export default text;
}
