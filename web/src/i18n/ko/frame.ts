import type { Words } from "../en/index.ts";

export const nav: Words["nav"] = {
  skip: "본문으로 건너뛰기",
  main: "주 메뉴",
  events: "공연·경기",
  orders: "내 티켓",
  wallet: "지갑",
  desk: "주최자",
  api: "API",
  account: "계정",
  menu: "메뉴",
  signIn: "로그인",
  signOut: "로그아웃",
  language: "English",
  theme: "화면",
  themes: { auto: "시스템 설정", light: "밝게", dark: "어둡게" },
  back: "뒤로",
  foot: "공정한 순서로 판매합니다. 모든 추첨은 직접 확인할 수 있습니다.",
};

export const app: Words["app"] = {
  loading: "불러오는 중",
  slow: "평소보다 오래 걸리고 있습니다. 계속 시도합니다.",
  offline:
    "인터넷에 연결되어 있지 않은 것 같습니다. 화면의 내용이 최신이 아닐 수 있으며, 연결되면 자동으로 이어집니다.",
  online: "다시 연결되었습니다.",
  retry: "다시 시도",
  brokenTitle: "페이지를 불러오지 못했습니다",
  broken: "페이지를 불러오는 중에 연결이 끊겼습니다.",
  lostTitle: "페이지를 찾을 수 없습니다",
  lost: "주소가 잘못되었거나 더 이상 없는 페이지입니다.",
  home: "전체 일정 보기",
  close: "닫기",
  more: "더 보기",
  copied: "복사했습니다",
};

export const kind: Words["kind"] = { concert: "콘서트", match: "경기", theatre: "공연", flight: "항공", club: "클럽" };

export const status: Words["status"] = {
  draft: "초안",
  scheduled: "오픈 예정",
  onsale: "판매 중",
  paused: "일시 중지",
  closed: "판매 종료",
  soldout: "매진",
  cancelled: "취소됨",
};

export const field: Words["field"] = {
  required: "입력해 주세요.",
  email: "올바른 이메일 주소를 입력해 주세요.",
  short: "8자 이상이어야 합니다.",
};
