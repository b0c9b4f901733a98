/** All of it; what comes out is what an operator needs next. */
export const deploy = async () => {
  // what is wrong is told before anything is made
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
  };
};
