/** Passkeys in the browser: made, and used to sign in. */
import { useEffect } from "preact/hooks";
import * as Account from "../../../client/account.ts";
import { ApiProblem } from "../../../client/problem.ts";
import { api } from "../api/client.ts";
import { a } from "../i18n/account.ts";
import { useAction } from "../query.ts";
import { Button, Failure } from "../ui/index.tsx";
import { deviceName } from "./device.ts";

export const supported = "PublicKeyCredential" in globalThis;

const library = () => import("@simplewebauthn/browser");

/** What the browser refuses becomes a problem with a text. */
const ceremony = async <T,>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && error.name === "InvalidStateError" ? "passkey.known" : "passkey.stopped";
    throw new ApiProblem({ code }, 400);
  }
};

const make: Account.Make = async (optionsJSON) => {
  const { startRegistration } = await library();
  return ceremony(() => startRegistration({ optionsJSON })) as ReturnType<Account.Make>;
};

const sign =
  (useBrowserAutofill: boolean): Account.Sign =>
  async (optionsJSON) => {
    const { startAuthentication } = await library();
    const { id, response } = await ceremony(() => startAuthentication({ optionsJSON, useBrowserAutofill }));
    return { id, response: { ...response, userHandle: response.userHandle ?? "" } };
  };

export const addPasskey = (name: string) => Account.addPasskey(api, name, make);

export const signUpByPasskey = (account: Account.NewPasskeyAccount) =>
  Account.signUpByPasskey(api, account, deviceName(navigator.userAgent), make);

export const ByPasskey = ({ onDone }: { onDone: () => void }) => {
  const action = useAction(() => Account.signInByPasskey(api, sign(false)).then(onDone));
  if (!supported) return null;
  return (
    <>
      {action.error !== undefined && <Failure error={action.error} />}
      <Button look="quiet" wide busy={action.busy} onClick={action.run}>
        {a.sign.byPasskey}
      </Button>
    </>
  );
};

/** The options of a sign-in are valid for five minutes. */
const offerMs = 4 * 60_000;

/** Offers passkeys in the list below the address's field, where the browser can. Answers what went wrong with a chosen one. */
export const useAutofill = (enabled: boolean, onDone: () => void): unknown => {
  const action = useAction(async () => {
    if (!supported || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    let chosen = false;
    const choose: Account.Sign = async (options) => {
      const credential = await sign(true)(options);
      chosen = true;
      return credential;
    };
    try {
      await Account.signInByPasskey(api, choose);
      onDone();
    } catch (error) {
      if (chosen) throw error; // before that the visitor has asked for nothing
    }
  });
  useEffect(() => {
    if (!enabled) return;
    action.run();
    const timer = setInterval(action.run, offerMs);
    return () => {
      clearInterval(timer);
      if (supported) library().then(({ WebAuthnAbortService }) => WebAuthnAbortService.cancelCeremony());
    };
  }, []);
  return action.error;
};
