import { useErrorBoundary } from "preact/hooks";
import { w } from "./i18n/index.ts";
import { Router, type RouteTable } from "./router.tsx";
import { Button, LinkButton, Skeleton, Title } from "./ui/index.tsx";
import { Layout, useLanguage } from "./ui/layout.tsx";

/** Loads a page together with its own words. */
const account = async <T,>(page: Promise<T>): Promise<T> => {
  const [words, module] = await Promise.all([import("./i18n/account.ts"), page]);
  await words.speakAccount();
  return module;
};

const desk = async <T,>(page: Promise<T>): Promise<T> => {
  const [words, module] = await Promise.all([import("./i18n/desk.ts"), page]);
  await words.speakDesk();
  return module;
};

/** Whether a page has words of its own, which cannot be loaded before the language is known. */
export const hasOwnWords = (pattern: string): boolean =>
  /^\/(desk|docs|sign-in|sign-up|forgotten|disown|account|invitations)\b/.test(pattern);

export const routes: RouteTable = {
  "/": () => import("./events/events-page.tsx"),
  "/events/:eventId": () => import("./events/event-page.tsx"),
  "/events/:eventId/line": () => import("./line/line-page.tsx"),
  "/events/:eventId/seats": () => import("./map/seats-page.tsx"),
  "/orders/:orderId/pay": () => import("./order/checkout-page.tsx"),
  "/orders/:orderId": () => import("./order/order-page.tsx"),
  "/orders": () => import("./order/orders-page.tsx"),
  "/wallet/charge": () => import("./wallet/charge-page.tsx"),
  "/wallet/charge/:chargeId": () => import("./wallet/charge-page.tsx"),
  "/wallet": () => import("./wallet/wallet-page.tsx"),
  "/sign-in": () => account(import("./account/sign-page.tsx")),
  "/sign-up": () => account(import("./account/sign-page.tsx")),
  "/forgotten": () => account(import("./account/forgotten-page.tsx")),
  "/disown": () => account(import("./account/disown-page.tsx")),
  "/account": () => account(import("./account/account-page.tsx")),
  "/invitations/:organisationId/:invitationId": () => desk(import("./desk/invitation-page.tsx")),
  "/desk": () => desk(import("./desk/desk-page.tsx")),
  "/desk/new": () => desk(import("./desk/new-page.tsx")),
  "/desk/device": () => desk(import("./desk/device-page.tsx")),
  "/desk/check-in": () => desk(import("./desk/check-in-page.tsx")),
  "/desk/organisations/:organisationId": () => desk(import("./desk/members-page.tsx")),
  "/desk/events/:eventId": () => desk(import("./desk/live-page.tsx")),
  "/desk/events/:eventId/orders": () => desk(import("./desk/orders-page.tsx")),
  "/desk/events/:eventId/edit": () => desk(import("./desk/edit-page.tsx")),
  "/desk/events/:eventId/postpone": () => desk(import("./desk/postpone-page.tsx")),
  "/desk/events/:eventId/exports": () => desk(import("./desk/exports-page.tsx")),
  "/desk/events/:eventId/entrance": () => desk(import("./desk/devices-page.tsx")),
  "/desk/events/:eventId/log": () => desk(import("./desk/log-page.tsx")),
  "/desk/events/:eventId/cancel": () => desk(import("./desk/cancel-page.tsx")),
  "/desk/events/:eventId/draw": () => desk(import("./desk/draw-page.tsx")),
  "/docs": () => desk(import("./docs/docs-page.tsx")),
  "*": async () => ({ default: Lost }),
};

const Lost = () => (
  <div class="stack">
    <Title>{w.app.lostTitle}</Title>
    <h1 tabIndex={-1}>{w.app.lostTitle}</h1>
    <p>{w.app.lost}</p>
    <div>
      <LinkButton href="/">{w.app.home}</LinkButton>
    </div>
  </div>
);

const Waiting = () => (
  <div class="stack" role="status" aria-label={w.app.loading}>
    <Skeleton height="3.500rem" width="60%" />
    <Skeleton height="12rem" />
  </div>
);

const Broken = () => (
  <div class="stack">
    <Title>{w.app.brokenTitle}</Title>
    <h1 tabIndex={-1}>{w.app.brokenTitle}</h1>
    <p>{w.app.broken}</p>
    <div>
      <Button onClick={() => location.reload()}>{w.app.retry}</Button>
    </div>
  </div>
);

/** Shows an error in a page without breaking the rest. */
const Pages = () => {
  const [fault] = useErrorBoundary((error) => console.error(error));
  return fault ? <Broken /> : <Router routes={routes} waiting={<Waiting />} failed={<Broken />} />;
};

export const App = () => (
  <Layout key={useLanguage()}>
    <Pages />
  </Layout>
);
