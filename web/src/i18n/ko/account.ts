import type { AccountWords } from "../en/account.ts";

const sign: AccountWords["sign"] = {
  inTitle: "로그인",
  upTitle: "회원 가입",
  why: "어느 기기에서든 순번과 티켓을 이용하시려면 계정이 필요합니다.",
  email: "이메일",
  password: "비밀번호",
  passwordHint: "8자 이상. 문장으로 만들면 기억하기 쉽습니다.",
  name: "이름",
  show: "비밀번호 보기",
  signIn: "로그인",
  signUp: "가입하기",
  toUp: "처음이신가요? 회원 가입",
  toIn: "계정이 있으신가요? 로그인",
  forgotten: "비밀번호를 잊으셨나요?",
  or: "또는",
  byPassword: "비밀번호로 로그인",
  byCode: "이메일 인증 코드로 로그인",
  byPasskey: "패스키로 로그인",
  upByPasskey: "패스키로 가입하기",
  upByPassword: "비밀번호로 가입하기",
  upByPasskeyHint: "패스키를 사용하시면 비밀번호 없이 지문, 얼굴 또는 화면 잠금으로 로그인하실 수 있습니다.",
};

const code: AccountWords["code"] = {
  send: "인증 코드 받기",
  label: "인증 코드",
  hint: "숫자 8자리",
  form: "인증 코드는 숫자 8자리입니다.",
  sent: (email) => `${email} 주소로 인증 코드를 보냈습니다.`,
  sentMaybe: (email) => `${email} 주소로 가입된 계정이 있으면 인증 코드를 보내 드립니다.`,
  valid: (minutes, time) => `인증 코드는 ${minutes}분 동안(${time}까지) 유효합니다.`,
  spam: "메일이 오지 않으면 스팸 메일함을 확인해 주세요. 다른 사람이 코드를 너무 많이 요청한 경우에는 저희가 보내 드린 메일의 ‘제가 요청하지 않았습니다’ 링크에서 로그인하실 수 있습니다.",
  other: "다른 주소 사용하기",
  again: "새 코드 받기",
  againIn: (seconds) => `새 코드 받기 (${seconds}초 후)`,
  resent: "새 코드를 보냈습니다.",
  keepTitle: "다른 기기의 로그인 유지하기",
  keepText:
    "이 주소로 받으신 첫 코드인가요? 다른 사람이 이 주소로 먼저 가입했을 수 있어, 계정의 비밀번호와 패스키가 삭제되고 다른 기기에서 로그아웃됩니다. 현재 비밀번호를 함께 입력하시면 모두 그대로 유지됩니다.",
  keepPassword: "현재 비밀번호 (선택)",
};

const forgotten: AccountWords["forgotten"] = {
  title: "새 비밀번호",
  lead: "이메일로 인증 코드를 보내 드립니다. 코드를 입력하고 새 비밀번호를 설정해 주세요.",
  password: "새 비밀번호",
  save: "비밀번호 설정 후 로그인",
  ends: "모든 기기에서 로그아웃됩니다.",
};

const prove: AccountWords["prove"] = {
  plain: "아직 인증되지 않은 주소입니다. 인증 코드를 보내 드리니 여기에 입력해 주세요.",
  confirm: "인증하기",
};

const disown: AccountWords["disown"] = {
  title: "본인이 아닙니다",
  code: "누군가 고객님의 주소로 인증 코드를 요청했습니다. 계속하시면 그 코드를 사용할 수 없게 됩니다. 다른 것은 바뀌지 않습니다.",
  credentials:
    "계속하시면 계정의 비밀번호와 모든 패스키가 삭제되고 모든 기기에서 로그아웃됩니다. 티켓과 지갑은 그대로 유지됩니다. 그다음 이메일로 받으신 인증 코드로 로그인하신 후 새 비밀번호를 설정해 주세요.",
  address:
    "계속하시면 계정이 이전 이메일 주소로 돌아가고, 비밀번호와 모든 패스키가 삭제되며, 모든 기기에서 로그아웃됩니다. 티켓과 지갑은 그대로 유지됩니다. 그다음 이전 주소로 받으신 인증 코드로 로그인하신 후 새 비밀번호를 설정해 주세요.",
  go: "본인이 아닙니다",
  codeDone:
    "이제 그 코드는 사용할 수 없습니다. 다른 사람 때문에 로그인하지 못하고 계시다면 여기에서 로그인하실 수 있습니다. 이미 코드를 다른 사람에게 알려 주셨다면 다음 화면에서 새 비밀번호도 설정해 주세요. 다른 기기에서는 모두 로그아웃됩니다.",
  done: "모든 기기에서 로그아웃되었으며, 이전 비밀번호와 패스키는 더 이상 사용할 수 없습니다. 인증 코드로 로그인하신 후 다음 화면에서 새 비밀번호를 설정해 주세요.",
};

const again: AccountWords["again"] = {
  title: "한 번 더 로그인해 주세요",
  lead: "이 변경은 로그인한 지 10분 안에만 할 수 있습니다. 로그인하시면 자동으로 이어집니다.",
  cancel: "취소",
};

const profile: AccountWords["profile"] = {
  title: "계정",
  you: "내 정보",
  language: "이메일 언어",
  save: "저장",
  saved: "저장되었습니다.",
  address: "이메일 주소",
  confirmed: "인증됨",
  unconfirmed: "인증되지 않음",
  change: "주소 변경",
  newAddress: "새 이메일 주소",
  changeHint: "새 주소로 인증 코드를 보내 드립니다. 이전 주소에서 7일 동안 변경을 취소하실 수 있습니다.",
  use: "이 주소 사용하기",
  changed: "이메일 주소가 변경되었습니다.",
};

const ways: AccountWords["ways"] = {
  password: "비밀번호",
  current: "현재 비밀번호",
  currentHint: "비밀번호가 없거나 잊으셨다면 비워 두세요. 대신 한 번 더 로그인하시면 됩니다.",
  next: "새 비밀번호",
  set: "비밀번호 설정",
  passwordSet: "비밀번호가 변경되었습니다. 다른 기기에서는 로그아웃되었습니다.",
  passkeys: "패스키",
  passkeysText: "패스키를 사용하시면 지문, 얼굴 또는 화면 잠금으로 로그인하실 수 있습니다.",
  none: "등록된 패스키가 없습니다.",
  made: (when) => `${when} 등록`,
  used: (when) => `${when} 마지막 사용`,
  passkeyName: "패스키 이름",
  passkeyNameHint: "패스키를 구분할 이름입니다. 예: 내 휴대폰",
  add: "패스키 추가",
  remove: "삭제",
  removeAsk: (name) => `‘${name}’ 패스키를 삭제하시겠습니까? 더 이상 이 패스키로 로그인하실 수 없습니다.`,
  keep: "그대로 두기",
  unsupported: "이 브라우저에서는 패스키를 사용하실 수 없습니다.",
};

const sessions: AccountWords["sessions"] = {
  title: "로그인된 기기",
  here: "현재 기기",
  since: (when) => `${when} 로그인`,
  used: (when) => `${when} 마지막 사용`,
  by: { password: "비밀번호", code: "인증 코드", passkey: "패스키" },
  end: "로그아웃",
  endOthers: "다른 모든 기기에서 로그아웃",
  endAsk: "다른 모든 기기에서 로그아웃하시겠습니까? 대기 순번은 그대로 유지됩니다.",
  stay: "취소",
  unknown: "알 수 없는 기기",
  on: (browser, system) => `${system} · ${browser}`,
};

const leave: AccountWords["leave"] = {
  data: "내 데이터",
  dataText: "저장된 모든 정보를 파일 하나로 받으실 수 있습니다. 비밀번호 같은 비밀 정보는 포함되지 않습니다.",
  save: "내 데이터 저장",
  title: "회원 탈퇴",
  effects: [
    "계정이 바로 닫히고 모든 기기에서 로그아웃됩니다. 되돌릴 수 없습니다.",
    "데이터는 한 시간 안에 삭제됩니다. 법에 따라 보관해야 하는 구매 기록은 정해진 기간 동안 암호화하여 보관합니다.",
    "구매하신 티켓은 계속 유효합니다. 이곳에서는 더 이상 보실 수 없으니 티켓 메일을 보관해 주세요.",
  ],
  balance: (amount) => `지갑에 ${amount}이 남아 있습니다. 카드로 환급받으시거나 포기하실 수 있습니다.`,
  payBack: "카드로 환급받기",
  paidBack: (amount) => `${amount}을 카드로 환급하고 있습니다. 몇 분 뒤 환급이 끝나면 탈퇴하실 수 있습니다.`,
  nothingBack: "환급할 수 있는 금액이 없습니다. 카드로 충전하신 포인트가 아니거나 카드 환불이 되지 않습니다.",
  forfeit: (amount) => `남은 ${amount}을 포기합니다`,
  order: "주문",
  charge: "충전",
  ask: "정말 탈퇴하시겠습니까?",
  close: "탈퇴하기",
  stay: "그대로 두기",
  closedTitle: "탈퇴가 완료되었습니다",
  closed: "모든 기기에서 로그아웃되었으며 데이터는 한 시간 안에 삭제됩니다. 그동안 이용해 주셔서 감사합니다.",
};

export const ko: AccountWords = { sign, code, forgotten, prove, disown, again, profile, ways, sessions, leave };
