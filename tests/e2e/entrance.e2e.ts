/** The check-in with a camera: it is shown a ticket's own QR code. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "uqr";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Api from "./api.ts";
import { launch, visit } from "./visitor.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "onsale-camera-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const WIDTH = 640;
const HEIGHT = 480;

/** A video of one picture, as Chromium plays it for a camera: grey planes of a QR code on white. */
const film = (code: string): string => {
  const { data, size } = encode(code, { border: 4 });
  const module = Math.floor(HEIGHT / size);
  const light = Buffer.alloc(WIDTH * HEIGHT, 235);
  const left = Math.floor((WIDTH - size * module) / 2);
  for (const [y, row] of data.entries())
    for (const [x, dark] of row.entries())
      for (let line = 0; dark && line < module; line++) {
        const from = (y * module + line) * WIDTH + left + x * module;
        light.fill(16, from, from + module);
      }
  const frame = Buffer.concat([Buffer.from("FRAME\n"), light, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  const file = join(folder, "ticket.y4m");
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([head, frame, frame, frame]));
  return file;
};

test("a ticket shown to the camera is checked in, and reported as used when it is shown again", async () => {
  const { eventId, ticket } = await Api.sold(await Api.event());
  const browser = await launch(
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${film(ticket.code)}`,
  );
  const { page, faults, context } = await visit(browser, { account: Api.organiser });
  await page.goto(`/desk/check-in?event=${eventId}`);
  await page.getByRole("button", { name: "Use the camera" }).click();
  await page.getByText("Welcome").waitFor({ timeout: 30_000 });
  await page.getByText("1 checked in on this device").waitFor();
  await page.getByRole("button", { name: "Stop the camera" }).click();
  await page.getByRole("button", { name: "Use the camera" }).click();
  await page.getByText("Already used").waitFor({ timeout: 30_000 });
  expect(faults).toEqual([]);
  await context.close();
  await browser.close();
});

test("without permission for the camera the field stays, and the page says why", async () => {
  const browser = await launch("--deny-permission-prompts");
  const { page, context } = await visit(browser, { account: Api.organiser });
  await page.goto(`/desk/check-in?event=${await Api.event()}`);
  await page.getByRole("button", { name: "Use the camera" }).click();
  await page.getByText("The camera may not be used.").waitFor();
  await page.getByLabel("Ticket code").waitFor();
  await context.close();
  await browser.close();
});
