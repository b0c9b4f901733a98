/** Makes all resources. The outputs are what an operator needs next. */
export const deploy = async () => {
  // first, so that faults in the settings are reported before anything is made
  await import("./settings.ts");
  await import("./api.ts");
  await import("./payments.ts");
  await import("./notifications.ts");
  await import("./observability.ts");
  const { publicUrl } = await import("./web.ts");
  const { storage } = await import("./storage.ts");
  return {
    url: publicUrl,
    accounts: storage.Accounts.name,
    catalog: storage.Catalog.name,
  };
};
