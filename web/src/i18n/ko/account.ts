import type { Words } from "../en/index.ts";

export const account: Words["account"] = {
  inTitle: "로그인",
  upTitle: "회원 가입",
  why: "어느 기기에서든 순번과 티켓을 이용하시려면 계정이 필요합니다.",
  email: "이메일",
  password: "비밀번호",
  passwordHint: "8자 이상. 문장으로 만들면 기억하기 쉽습니다.",
  name: "이름",
  show: "비밀번호 보기",
  hide: "비밀번호 숨기기",
  signIn: "로그인",
  signUp: "가입하기",
  toUp: "처음이신가요? 회원 가입",
  toIn: "계정이 있으신가요? 로그인",
};
