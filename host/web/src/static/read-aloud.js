// Reads the page aloud where the browser has a voice. Without this file, or without a voice, the button stays hidden and
// the page is whole.
(function () {
  "use strict";
  var button = document.querySelector("[data-read-aloud]");
  var voice = window.speechSynthesis;
  if (!button || !voice || !window.SpeechSynthesisUtterance) {
    return;
  }
  var start = button.textContent;
  var reading = false;

  function rest() {
    reading = false;
    button.textContent = start;
    button.setAttribute("aria-pressed", "false");
  }

  // What can be seen of the page, a piece at a time: voices break off in long texts.
  function pieces() {
    var main = document.querySelector("main");
    var text = main ? main.innerText : "";
    return text
      .split(/[\n。！？.!?]+/)
      .map(function (piece) {
        return piece.trim();
      })
      .filter(Boolean);
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    voice.cancel();
    if (reading) {
      rest();
      return;
    }
    reading = true;
    button.textContent = button.getAttribute("data-read-aloud");
    button.setAttribute("aria-pressed", "true");
    var waiting = pieces();
    (function next() {
      var piece = waiting.shift();
      if (!reading || piece === undefined) {
        rest();
        return;
      }
      var said = new SpeechSynthesisUtterance(piece);
      said.lang = document.documentElement.lang;
      said.rate = 0.9;
      said.onend = next;
      said.onerror = rest;
      voice.speak(said);
    })();
  });
  window.addEventListener("pagehide", function () {
    voice.cancel();
  });
})();
