/** The fields of a card, as the Payment Element shows them. */

export const words = {
  en: {
    number: "Card number",
    expiry: "Expiry (MM/YY)",
    cvc: "Security code",
    error: "Your card details are incomplete.",
  },
  ko: { number: "카드 번호", expiry: "유효기간 (MM/YY)", cvc: "보안 코드", error: "카드 정보를 모두 입력해 주세요." },
};

type Card = { number: string; exp_month: string; exp_year: string; cvc: string };

/** Stripe's frame is closed to the page's styles and scripts; a shadow root keeps at least the styles apart. */
export const form = (locale: string, changed: () => void) => {
  const say = words[locale.startsWith("ko") ? "ko" : "en"];
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(
    "label{display:block;margin:0 0 .75rem;font:1rem system-ui}input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.6rem;min-height:44px}p{color:#b3261e;margin:0;font:1rem system-ui}",
  );
  root.adoptedStyleSheets = [style];
  const field = (name: keyof typeof say, autocomplete: AutoFill) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { name, autocomplete, inputMode: "numeric", required: true });
    input.addEventListener("input", changed);
    label.append(say[name], input);
    root.append(label);
    return input;
  };
  const number = field("number", "cc-number");
  const expiry = field("expiry", "cc-exp");
  const cvc = field("cvc", "cc-csc");
  const error = document.createElement("p");
  error.role = "alert";
  root.append(error);

  const read = (): Card | undefined => {
    const digits = number.value.replace(/\s/g, "");
    const [, exp_month = "", year = ""] = /^(0[1-9]|1[0-2])\s*\/?\s*(\d{2})$/.exec(expiry.value.trim()) ?? [];
    const isComplete = /^\d{16}$/.test(digits) && exp_month !== "" && /^\d{3,4}$/.test(cvc.value);
    return isComplete ? { number: digits, exp_month, exp_year: `20${year}`, cvc: cvc.value } : undefined;
  };
  const isEmpty = () => !number.value && !expiry.value && !cvc.value;
  return { host, number, read, isEmpty, show: (isWrong: boolean) => (error.textContent = isWrong ? say.error : "") };
};
