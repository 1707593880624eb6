export default defineNuxtConfig({runtimeConfig: {public: {mapsKey: ""}}});
