/** The secrets that `sst secret set` stores on AWS. Here they are random and stored with the data, so that tokens survive a restart. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export type Secrets = {
  AccessKey: string;
  RefreshKey: string;
  PlaceKey: string;
  AdmissionKey: string;
  ChallengeKey: string;
  CodeKey: string;
  PrivacyKey: string;
  /** Ed25519 private key, a JWK as JSON. */
  TicketKey: string;
  WebhookKey: string;
  OriginKey: string;
  /** The shop's key at the payment gateway. */
  GatewayKey: string;
};

const key = () => randomBytes(32).toString("hex");

/** Makes a new set. */
export const freshSecrets = (): Secrets => ({
  AccessKey: key(),
  RefreshKey: key(),
  PlaceKey: key(),
  AdmissionKey: key(),
  ChallengeKey: key(),
  CodeKey: key(),
  PrivacyKey: key(),
  TicketKey: JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })),
  WebhookKey: key(),
  OriginKey: key(),
  GatewayKey: key(),
});

/** The set of a data folder, made at the first start. Only the owner can read the file. */
export const keptSecrets = async (dataDir: string): Promise<Secrets> => {
  const file = join(dataDir, "secrets.json");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  const secrets: Secrets = { ...freshSecrets(), ...(kept && (JSON.parse(kept) as Partial<Secrets>)) };
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
};
