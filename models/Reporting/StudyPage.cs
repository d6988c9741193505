using System.Text.Json;
using IlgpuGan.Models.Evaluation.Study;
using IlgpuGan.Tensors.Formats;
using static IlgpuGan.Models.Reporting.PageParts;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Writes a perceptual study as a self-contained page: it shows each picture for a second, asks whether it was real, and saves the answers
/// to a file. No data leave the machine.
/// </summary>
internal static class StudyPage
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes the page atomically.</summary>
    public static void Write(PerceptualStudy study, string path) => AtomicFile.WriteText(path, Render(study));

    public static string Render(PerceptualStudy study)
    {
        var practice = study.Pictures.Count(p => p.Practice);
        var html = new StringBuilder();
        Open(html, "Real or made?", "study.css");
        html.Add($"""
            <noscript><p class="warning" role="alert">This page needs JavaScript, which shows each picture for
            {Seconds(study)} and keeps the answers.</p></noscript>
            <section id="begin" class="scripted">
            <p>You will see pictures, each for {Seconds(study)}. Some are real, some were made by a program. After each one say which
            it was: take your time, and guess if you don't know.</p>
            <p>The first {practice} are for practice: there you are told what you saw. {study.Pictures.Count - practice} more follow.</p>
            <p><label>Your name or number, if you like <input id="person" maxlength="60" autocomplete="off"></label></p>
            <p><button type="button" id="start">Start</button></p>
            </section>
            <section id="trial" hidden>
            <p id="count" class="dim"></p>
            <div id="stage"><img id="picture" alt="" hidden><p id="message" role="status"></p></div>
            <p id="answers"><button type="button" id="real" disabled>Real <kbd>R</kbd></button>
            <button type="button" id="made" disabled>Made <kbd>M</kbd></button>
            <button type="button" id="next" hidden>Next <kbd>Space</kbd></button></p>
            </section>
            <section id="end" hidden>
            <p>Thank you. Your answers are in this file; give it to whoever asked you.</p>
            <p><a id="file">Save the answers</a></p>
            <textarea id="text" readonly rows="12" aria-label="The answers as text"></textarea>
            </section>
            <script type="application/json" id="study">{Json(study)}</script>
            """);
        Close(html, "study.js");
        return html.ToString();
    }

    private static string Seconds(PerceptualStudy study) =>
        study.Shown == TimeSpan.FromSeconds(1)
            ? "a second"
            : Invariant.Text($"{study.Shown.TotalSeconds:0.###} seconds");

    /// <summary>The default encoder escapes <c>&lt;</c>, so that no text can end the script element.</summary>
    private static string Json(PerceptualStudy study) => JsonSerializer.Serialize(
        new
        {
            study.Id,
            study.Subject.Model,
            study.Subject.Step,
            Milliseconds = study.Shown.TotalMilliseconds,
            Pictures = study.Pictures.Select(
                p => new { p.Name, p.Made, p.Practice, Data = "data:image/png;base64," + Convert.ToBase64String(p.Png) }),
        },
        s_json);
}
