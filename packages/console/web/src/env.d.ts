declare module "*.css";
declare module "*.svg" {
  const url: string;
  export { url as default };
}
declare module "@fontsource-variable/*";
