import type { DeskWords } from "../en/desk.ts";

export const orderMail: DeskWords["orderMail"] = {
  again: "이메일 다시 보내기",
  sent: (to) => `${to} 주소로 이메일을 보내는 중입니다.`,
  other: "다른 주소로 보내기",
  ask: "이 주문에 관한 이메일을 어느 주소로 보낼까요? 구매자 계정의 이메일 주소는 바뀌지 않습니다.",
  email: "이메일 주소",
  yes: "이 주소로 보내기",
  no: "그대로 두기",
  changed: (to) => `앞으로 이 주문에 관한 이메일은 ${to} 주소로 갑니다.`,
};

export const exports: DeskWords["exports"] = {
  title: "내보내기",
  lead: "스프레드시트에서 열 수 있는 CSV 파일입니다. 구매자의 개인정보가 들어 있으니 안전하게 보관하시고, 다 쓰신 뒤에는 삭제해 주세요. 누가 무엇을 내려받았는지 변경 기록에 남습니다.",
  files: {
    orders: "좌석을 돌려준 주문까지 모든 주문의 상태, 금액, 구매자입니다.",
    tickets: "유효한 모든 티켓의 좌석, 가격, 구매자입니다.",
    payments: "모든 결제와 환불의 금액, 결제 수단, 시각입니다.",
    "check-ins": "입장에 사용한 모든 티켓의 좌석과 입장 시각입니다.",
  },
  download: "내려받기",
  lines: (n) => `${n.toLocaleString("ko")}줄`,
  reading: (lines) => `${lines} …`,
  cancel: "중단",
  saved: (lines) => `내려받았습니다: ${lines}.`,
};
