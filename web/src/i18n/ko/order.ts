import type { Words } from "../en/index.ts";
import { count } from "./count.ts";

export const order: Words["order"] = {
  title: "내 티켓",
  none: "아직 주문이 없습니다.",
  noneText: "구매하신 티켓은 어느 기기에서든 여기에서 보실 수 있습니다.",
  status: {
    held: "결제 대기",
    paying: "결제 중",
    confirmed: "예매 완료",
    refunding: "환불 중",
    refunded: "환불됨",
    released: "선택 취소",
    expired: "시간 초과",
  },
  toConfirm: "본인 인증 대기",
  number: "주문",
  tickets: (n) => `티켓 ${count(n)}장`,
  ticket: (n, of) => `티켓 ${n} / ${of}`,
  qrAlt: (seat) => `QR 코드: ${seat}`,
  qrFailed: "코드를 불러오지 못했습니다.",
  bright: "입장하실 때 화면을 밝게 해 주세요.",
  calendar: "캘린더에 추가",
  mailAgain: "티켓 이메일 다시 받기",
  mailAsked: "티켓 이메일을 다시 보내 드립니다. 잠시 후 도착합니다.",
  print: "인쇄",
  cancel: "취소하고 환불받기",
  cancelAsk: (total) => `주문을 취소할까요? ${total}이 환불되고 좌석은 다시 판매됩니다.`,
  cancelYes: "주문 취소",
  cancelNo: "티켓 유지",
  cancelUntil: (when) => `${when}까지 취소할 수 있습니다.`,
  refundedText: {
    points: (total) => `${total}이 지갑으로 환불되었습니다.`,
    card: (total) =>
      `이 주문의 카드 대금은 청구되지 않습니다. ${total}의 환불 또는 승인 취소가 결제 대행사에서 확인되었습니다. 카드사에 표시되기까지 며칠 걸릴 수 있습니다.`,
  },
  otherwiseText: (total) =>
    `카드로는 환불할 수 없었습니다. 주최자가 ${total}을 다른 방법으로 돌려드렸다고 알려 왔습니다. 받지 못하셨다면 주최자에게 문의해 주세요.`,
  refundFailedText: (total) =>
    `카드사에서 환불이 반려되어 ${total}이 아직 입금되지 않았습니다. 주최자에게 알렸으며, 환불은 다시 진행됩니다. 티켓은 계속 무효입니다.`,
  unsent: {
    confirmed: {
      limit:
        "하루에 보낼 수 있는 이메일 수를 넘어 티켓 이메일을 보내지 않았습니다. 티켓은 이 페이지에서 확인하실 수 있습니다.",
      refused: "티켓 이메일을 등록하신 주소로 보내지 못했습니다. 티켓은 이 페이지에서 확인하실 수 있습니다.",
    },
    refunded: {
      limit: "하루에 보낼 수 있는 이메일 수를 넘어 환불 안내 이메일을 보내지 않았습니다.",
      refused: "환불 안내 이메일을 등록하신 주소로 보내지 못했습니다.",
    },
    released: {
      limit: "하루에 보낼 수 있는 이메일 수를 넘어 티켓 무효 안내 이메일을 보내지 않았습니다.",
      refused: "티켓 무효 안내 이메일을 등록하신 주소로 보내지 못했습니다.",
    },
  },
  mailTo: (email, when) =>
    `이 주문의 이메일은 ${email} 주소로 보내 드립니다. ${when}에 주최자가 변경한 주소이며, 요청하신 적이 없다면 주최자에게 알려 주세요.`,
  refundingText: (total) =>
    `티켓은 무효가 되었고 좌석은 다시 판매됩니다. 카드로 ${total}을 환불하고 있으며, 결제 대행사가 확인할 때까지 계속 시도합니다. 따로 하실 일은 없습니다.`,
  eventCancelled: {
    open: "주최자가 이 일정을 취소했습니다. 티켓을 더 이상 사용하실 수 없으며, 따로 신청하지 않으셔도 환불해 드립니다.",
    over: "주최자가 이 일정을 취소했습니다.",
  },
  eventCancelledRefunding: (total) =>
    `티켓은 무효가 되었습니다. 카드로 ${total}을 환불하고 있으며, 결제 대행사가 확인할 때까지 계속 시도합니다. 따로 하실 일은 없습니다.`,
  voided: "취소됨: 청구 없음",
  voidedText: "티켓은 무효입니다. 카드 대금은 청구되지 않습니다.",
  pay: "결제하기",
  placed: "주문 시각",
  paidBy: { points: "포인트 결제", card: "카드 결제" },
  failed: "주문을 불러오지 못했습니다.",
  general: "스탠딩",
};
