/** Links that are not AWS resources. */

import { publicKeys } from "./cards.ts";
import { mailSet } from "./mail.ts";
import { secrets } from "./secrets.ts";
import { settings } from "./settings.ts";
import { publicUrl } from "./web.ts";

export const gateway = new sst.Linkable("Gateway", {
  properties: { url: settings.gatewayUrl, key: secrets.GatewayKey.value },
});

export const sharedSettings = new sst.Linkable("Settings", {
  properties: {
    stage: $app.stage,
    payments: settings.payments,
    ...publicKeys,
    freeCharges: settings.freeCharges,
    retainYears: settings.retainYears,
    mailFrom: settings.mailFrom,
    mailRate: settings.mailRate,
    mailSet,
    publicUrl,
  },
});
