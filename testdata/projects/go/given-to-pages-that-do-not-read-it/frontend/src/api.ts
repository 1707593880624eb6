export const api = "/api";
