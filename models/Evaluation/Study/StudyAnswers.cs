using System.Text.Json;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Evaluation.Study;

/// <summary>A participant's answer about one picture.</summary>
/// <param name="Picture">name of the picture in the study</param>
/// <param name="Made">whether it was generated</param>
/// <param name="Practice">whether it was for practice, and is not counted</param>
/// <param name="Answer"><c>real</c> or <c>made</c></param>
/// <param name="ShownMs">display time in milliseconds</param>
/// <param name="AnswerMs">time from the end of the display to the answer in milliseconds</param>
internal sealed record StudyAnswer(string Picture, bool Made, bool Practice, string Answer, double ShownMs, double AnswerMs)
{
    /// <summary>The answer for a picture that looks real.</summary>
    public const string Real = "real";

    /// <summary>The answer for a picture that looks generated.</summary>
    public const string Generated = "made";
}

/// <summary>The answers of one participant, as the study's page saves them.</summary>
/// <param name="Study">id of the study</param>
/// <param name="Model">the evaluated model</param>
/// <param name="Step">training steps of the model</param>
/// <param name="Person">the name that the participant entered</param>
/// <param name="Begun">time of the start, to the millisecond</param>
/// <param name="Answers">answers in display order</param>
internal sealed record StudyAnswers(
    string Study, string Model, long? Step, string? Person, string Begun, IReadOnlyList<StudyAnswer> Answers)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="PictureException">the file holds no answers of a study, or is damaged</exception>
    /// <exception cref="IOException">the file can't be read</exception>
    public static StudyAnswers Read(string file)
    {
        PictureException.ThrowIf(!File.Exists(file), $"{file}: there is no such file");

        StudyAnswers? answers;
        try
        {
            answers = JsonSerializer.Deserialize<StudyAnswers>(Disk.ReadText(file, mayBePipe: true), s_json);
        }
        catch (JsonException e)
        {
            throw new PictureException($"{file}: holds no answers of a study: {e.Message}", e);
        }

        PictureException.ThrowIf(
            answers is null || answers.Answers.Any(a => a is null) || answers.Answers.All(a => a.Practice),
            $"{file}: holds no answers that count");

        if (answers.Answers.FirstOrDefault(a => a.Answer is not (StudyAnswer.Real or StudyAnswer.Generated)) is { } other)
        {
            throw new PictureException(
                $"{file}: says '{other.Answer}' of {other.Picture}; an answer is '{StudyAnswer.Real}' or '{StudyAnswer.Generated}'");
        }

        return answers.Answers.GroupBy(a => a.Picture).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new PictureException($"{file}: answers {twice.Key} twice")
            : answers;
    }
}
