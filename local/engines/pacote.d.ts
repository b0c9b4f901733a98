declare module "pacote" {
  const pacote: {
    extract(spec: string, dest: string, options?: { integrity?: string; registry?: string }): Promise<unknown>;
  };
  export default pacote;
}
