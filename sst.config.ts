/// <reference path="./.sst/platform/config.d.ts" />

/** The app. Its resources are in stacks/, one file for each concern. `npm run platform` fetches the types. */
export default $config({
  app: ({ stage }) => ({
    name: "onsale",
    home: "aws",
    // production's tables outlive even `sst remove`, and `sst remove` itself is refused there
    removal: stage === "production" ? "retain" : "remove",
    protect: stage === "production",
    providers: {
      "@upstash/pulumi": "0.5.0",
      random: "4.16.6",
      tls: "5.0.1",
    },
  }),
  async run() {
    const { deploy } = await import("./stacks/index.ts");
    return deploy();
  },
});
