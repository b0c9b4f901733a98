/**
 * A gateway's decline codes, grouped by the text for the buyer. Any other code is a decline without a reason, also a card that is lost, stolen or
 * suspected: Stripe asks that it be shown as any other decline (docs.stripe.com/declines/codes, 2026-11-27).
 */
const groups = {
  insufficient_funds: "insufficient_funds REJECT_CARD_PAYMENT",
  expired_card: "expired_card invalid_expiry_month invalid_expiry_year INVALID_CARD_EXPIRATION",
  incorrect_cvc: "incorrect_cvc invalid_cvc",
  incorrect_number: "incorrect_number invalid_number INVALID_CARD_NUMBER",
  limit_reached:
    "card_velocity_exceeded withdrawal_count_limit_exceeded amount_too_large EXCEED_MAX_AMOUNT EXCEED_MAX_PAYMENT_AMOUNT EXCEED_MAX_DAILY_PAYMENT_COUNT EXCEED_MAX_ONE_DAY_AMOUNT EXCEED_MAX_MONTHLY_PAYMENT_AMOUNT",
  not_supported: "card_not_supported currency_not_supported transaction_not_allowed service_not_allowed",
  try_again: "processing_error try_again_later issuer_not_available reenter_transaction approve_with_id",
  authentication_required: "authentication_required",
};

export type DeclineGroup = keyof typeof groups;
export const declineGroups = Object.keys(groups) as DeclineGroup[];

/** Undefined for a code without a reason for the buyer. */
export const groupOf = (code: string | undefined): DeclineGroup | undefined =>
  declineGroups.find((group) => code !== undefined && groups[group].split(" ").includes(code));
