/** The buyer comes back from their bank by a redirect. What the gateway wrote into the address, a secret among it, is taken out first. */
import { isDocument } from "../router.tsx";

export const returned = location.search !== "" && isDocument(location.pathname);
if (returned) history.replaceState(history.state, "", location.pathname);
