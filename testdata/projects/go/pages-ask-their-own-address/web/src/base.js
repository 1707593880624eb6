export const base = process.env.NEXT_PUBLIC_API_BASE ?? "/api";
