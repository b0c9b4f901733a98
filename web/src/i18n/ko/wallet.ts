import type { Words } from "../en/index.ts";

export const wallet: Words["wallet"] = {
  title: "지갑",
  balance: "보유 포인트",
  charge: "포인트 충전",
  amount: "금액",
  submit: (amount) => `${amount} 충전`,
  quick: "빠른 금액",
  toWallet: "지갑으로 가기",
  sent: "충전을 처리하고 있습니다",
  sentText: "페이지를 닫으셔도 됩니다. 충전이 완료되면 지갑에 포인트가 표시됩니다.",
  bank: (amount) => `${amount} 결제를 위해 카드사가 본인 인증을 요청했습니다.`,
  declined: "충전이 완료되지 않았습니다",
  again: "다시 충전하기",
  chargeFailed: "충전 정보를 불러오지 못했습니다.",
  reasons: {
    "payment.mismatch": {
      title: "결제를 접수하지 못했습니다",
      fact: "결제 대행사가 확인한 금액이 충전 금액과 다릅니다. 포인트는 충전되지 않았으며, 카드에서 결제된 금액은 자동으로 환불됩니다.",
      next: "다시 시도하시거나 다른 카드를 이용해 주세요.",
    },
    "wallet.balance_too_high": {
      title: "지갑의 보유 한도를 초과했습니다",
      fact: "지갑에 더 담을 수 없어 포인트를 충전하지 않았습니다. 청구되는 금액은 없으며, 카드가 결제되었다면 환불해 드렸습니다.",
      next: "더 적은 금액을 충전해 주세요.",
    },
  },
  card: "시험용 카드",
  history: "내역",
  none: "아직 내역이 없습니다.",
  kind: { charge: "충전", payment: "결제", refund: "환불", payback: "카드로 환급", forfeit: "포기" },
  after: "잔액",
  failed: "지갑을 불러오지 못했습니다.",
  order: "주문",
};
