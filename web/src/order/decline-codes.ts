/**
 * A gateway's own codes, by what a buyer is told of them. Any other is a decline without a reason, also that a card is lost, stolen or
 * suspected: Stripe asks that it be shown as any other decline (docs.stripe.com/declines/codes, 2026-11-27).
 */
const groups = {
  insufficient_funds: "insufficient_funds",
  expired_card: "expired_card invalid_expiry_month invalid_expiry_year",
  incorrect_cvc: "incorrect_cvc invalid_cvc",
  incorrect_number: "incorrect_number invalid_number",
  limit_reached: "card_velocity_exceeded withdrawal_count_limit_exceeded amount_too_large",
  not_supported: "card_not_supported currency_not_supported transaction_not_allowed service_not_allowed",
  try_again: "processing_error try_again_later issuer_not_available reenter_transaction approve_with_id",
  authentication_required: "authentication_required",
};

export type DeclineGroup = keyof typeof groups;
export const declineGroups = Object.keys(groups) as DeclineGroup[];

/** Undefined for a code of which no reason is told. */
export const groupOf = (code: string | undefined): DeclineGroup | undefined =>
  declineGroups.find((group) => code !== undefined && groups[group].split(" ").includes(code));
