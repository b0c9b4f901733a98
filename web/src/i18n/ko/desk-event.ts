import type { DeskWords } from "../en/desk.ts";
import { count } from "./count.ts";

export const overview: DeskWords["overview"] = {
  state: "상태",
  any: "전체",
  find: "제목 또는 장소",
  none: "해당하는 일정이 없습니다.",
  seats: (n) => `${count(n)}석`,
  attention: "확인이 필요합니다",
  nothing: "지금 확인하실 일이 없습니다.",
  most: "다가오는 일정 200개까지만 확인한 결과입니다. 더 있을 수 있습니다.",
  reasons: {
    draft_soon: (when) => `아직 공개하지 않았습니다. 판매 시작: ${when}`,
    draft_late: (when) => `판매 시작 시각(${when})이 지났지만 아직 공개하지 않았습니다`,
    paused: "판매가 일시 중지되어 있습니다",
    cancelling: "취소되었으며 아직 처리 중인 주문이 있습니다",
    refunds: (n) => `거절되었거나 한 시간 넘게 응답이 없는 환불 ${count(n)}건`,
  },
};

export const draft: DeskWords["draft"] = {
  title: "초안",
  save: "초안으로 저장",
  publish: "공개",
  publishAsk: (title, opens) =>
    `“${title}” 일정을 공개할까요? 누구나 볼 수 있게 되며, 판매는 ${opens} 시작됩니다. 공개한 일정은 초안으로 되돌릴 수 없습니다.`,
  keep: "초안 유지",
  is: "초안입니다. 주최자만 볼 수 있습니다.",
  opened: "판매 시작 시각이 지났으므로 바로",
  at: (when) => `${when}에`,
  remove: "초안 삭제",
  removeAsk: (title) => `“${title}” 초안을 좌석 배치도와 함께 삭제할까요? 되돌릴 수 없습니다.`,
  published: "공개했습니다.",
  hint: "초안은 주최자만 볼 수 있으며, 나중에 수정하고 공개하실 수 있습니다.",
};

export const edit: DeskWords["edit"] = {
  title: "수정",
  facts: "기본 정보",
  sale: "판매",
  was: (before) => `변경 전: ${before}.`,
  mailed: "구매자에게 이메일로 안내합니다.",
  quiet: "이메일을 보내지 않습니다.",
  frozen: "대기실 추첨이 끝나 판매 시간은 바꿀 수 없습니다.",
  before: "저장하면 이렇게 됩니다",
  change: (name, from, to) => `${name}: ${from} → ${to}`,
  isDraft: "초안이므로 아무에게도 안내하지 않습니다.",
  mailing: (orders) =>
    orders > 0
      ? `주문 ${count(orders)}건의 구매자에게 변경 전후 내용을 이메일 한 통으로 안내합니다. 이메일은 구매자의 언어로 보내며, 캘린더 일정도 바뀝니다.`
      : "이메일로 안내할 변경이지만 아직 구매한 분이 없습니다.",
  unmailed: "아무에게도 이메일을 보내지 않습니다.",
  prices: "새 가격은 지금부터 선택하는 좌석에 적용됩니다. 기존 주문의 가격은 그대로입니다.",
  limits: "새 한도는 지금부터 만드는 주문에 적용됩니다.",
  start:
    "취소 가능 기한도 시작 시각과 함께 옮겨집니다. 시작 시각에 끝나던 판매는 새 시작 시각에 끝납니다. 구매자에게 환불받을 기간을 주시려면 일정을 연기해 주세요.",
  save: "변경 사항 저장",
  discard: "되돌리기",
  saved: "저장했습니다. 5초 안에 반영됩니다.",
  problems: "아직 저장하지 못했습니다",
  conflict: "다른 분이 동시에 이 일정을 변경하여 내용을 다시 불러왔습니다. 변경 사항을 확인하신 뒤 다시 저장해 주세요.",
  cancelled: "취소된 일정은 수정할 수 없습니다.",
  others: "그 밖의 변경",
  postpone: "일정 연기",
};

export const postpone: DeskWords["postpone"] = {
  title: "일정 연기",
  lead: "티켓은 새 날짜에 그대로 사용할 수 있습니다. 오실 수 없는 구매자는 환불받을 수 있습니다.",
  startsAt: "새 시작 시각",
  departsAt: "새 출발 시각",
  refundUntil: "환불 가능 기한",
  refundHint: "새 시작 시각까지 정하실 수 있습니다.",
  promised: (when) => `구매자에게 이미 ${when}까지로 안내했습니다. 더 앞당길 수 없습니다.`,
  before: "연기하면 이렇게 됩니다",
  moves: (from, to) => `시작 시각이 바뀝니다: ${from} → ${to}`,
  flight: "출발과 도착 시각이 같은 시간만큼 옮겨집니다.",
  returns: (until) =>
    `${until}까지 구매자는 기존 취소 기한과 관계없이 전액 환불받을 수 있습니다. 이미 사용한 티켓은 환불되지 않습니다.`,
  later: (until) => `기존 취소 기한도 시작 시각과 함께 옮겨져 ${until}까지 환불받을 수 있습니다.`,
  closes: (when) => `판매는 계속되며 ${when}에 끝납니다.`,
  mailed: (orders) =>
    orders > 0
      ? `주문 ${count(orders)}건의 구매자에게 변경 전후 시각과 환불 가능 기한을 이메일 한 통으로 안내합니다. 캘린더 일정도 바뀝니다.`
      : "아직 구매한 분이 없어 이메일을 보내지 않습니다.",
  problems: "아직 연기하지 못했습니다",
  begin: "일정 연기…",
  ask: (title, to) => `“${title}” 일정을 연기할까요? 새 시작 시각: ${to}`,
  yes: "연기",
  no: "날짜 유지",
  done: "연기했습니다. 5초 안에 반영되며, 구매자에게 이메일을 보내고 있습니다.",
  is: (from, until) => `연기된 일정입니다. 원래 시작 시각은 ${from}이었으며, ${until}까지 환불받을 수 있습니다.`,
};
