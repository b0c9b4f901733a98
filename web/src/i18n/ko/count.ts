export const count = (n: number): string => n.toLocaleString("ko");
