import type { DeskWords } from "../en/desk.ts";

export const docs: DeskWords["docs"] = {
  title: "API 문서",
  lead: "모든 화면은 이 API로 동작합니다. 이 페이지의 원본 문서:",
  find: "경로나 스키마 찾기",
  auth: { public: "공개", optional: "공개 또는 로그인", user: "로그인", admin: "주최자" },
  parameters: "매개변수",
  request: "요청 본문",
  answers: "응답",
  schemas: "스키마",
  required: "필수",
  noBody: "본문 없음",
  none: "검색 결과가 없습니다.",
};
