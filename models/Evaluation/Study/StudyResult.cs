using System.Text.Encodings.Web;
using System.Text.Json;
using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.Models.Evaluation.Study;

/// <summary>A share of answers with its 95 % interval.</summary>
/// <param name="Share">the share, from 0 to 1</param>
/// <param name="Low">lower end of the interval</param>
/// <param name="High">upper end</param>
/// <param name="Answers">number of answers</param>
internal sealed record StudyShare(double Share, double Low, double High, int Answers);

/// <summary>The result of one study, without the practice pictures.</summary>
/// <param name="Study">id of the study</param>
/// <param name="Model">the evaluated model</param>
/// <param name="Step">training steps of the model</param>
/// <param name="Persons">number of participants</param>
/// <param name="MadeTakenForReal">
/// the papers' metric: how often outputs were taken for real; a perfect generator reaches the value of real pictures
/// </param>
/// <param name="RealTakenForReal">how often real pictures were taken for real</param>
/// <param name="ToldRight">share of correct answers; 0.5 is chance</param>
internal sealed record StudyResult(
    string Study, string Model, long? Step, int Persons, StudyShare MadeTakenForReal, StudyShare RealTakenForReal, StudyShare ToldRight)
{
    private const int Resamples = 10_000;
    private const double Tail = 0.025;

    /// <summary>A separate random stream, independent of what else is drawn with the seed.</summary>
    private const uint Stream = 0x57D8;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>
    /// One result per study, in the order of the files. The interval is Wilson's for one participant; for several it is from 10,000
    /// bootstrap samples, in which participants and pictures are drawn independently (Owen 2007, the pigeonhole bootstrap), because answers
    /// of one participant, and answers about one picture, are correlated.
    /// </summary>
    /// <exception cref="PictureException">a file can't be used, is given twice, or has answers about one kind of picture only</exception>
    public static IReadOnlyList<StudyResult> Read(IReadOnlyList<string> files)
    {
        var all = files.Select(file => (File: file, Answers: StudyAnswers.Read(file))).ToList();
        if (all.GroupBy(a => (a.Answers.Study, a.Answers.Person, a.Answers.Begun)).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new PictureException($"{twice.Last().File}: holds the same answers as {twice.First().File}");
        }

        foreach (var (file, answers) in all)
        {
            if (answers.Answers.Where(a => !a.Practice).DistinctBy(a => a.Made).Count() < 2)
            {
                throw new PictureException($"{file}: has answers about one kind of picture only");
            }
        }

        return [.. all.Select(a => a.Answers).GroupBy(a => a.Study).Select(study => Of([.. study]))];
    }

    /// <summary>
    /// An array of objects with <c>study</c>, <c>model</c>, <c>step</c>, <c>persons</c> and three shares with <c>low</c> and <c>high</c>.
    /// </summary>
    public static string ToJson(IReadOnlyList<StudyResult> results) => JsonSerializer.Serialize(results, s_json);

    private static StudyResult Of(IReadOnlyList<StudyAnswers> persons) => new(
        persons[0].Study, persons[0].Model, persons[0].Step, persons.Count,
        ShareOf(persons, a => a.Made, LooksReal), ShareOf(persons, a => !a.Made, LooksReal),
        ShareOf(persons, _ => true, a => LooksReal(a) != a.Made));

    private static bool LooksReal(StudyAnswer answer) => answer.Answer == StudyAnswer.Real;

    private static StudyShare ShareOf(IReadOnlyList<StudyAnswers> persons, Func<StudyAnswer, bool> counts, Func<StudyAnswer, bool> isSo)
    {
        var answers = persons.SelectMany(
            (p, person) => p.Answers.Where(a => !a.Practice && counts(a)).Select(a => (Person: person, a.Picture, IsSo: isSo(a)))).ToList();
        var hits = answers.Count(a => a.IsSo);
        var (low, high) = persons.Count == 1
            ? TwoSampleTest.WilsonInterval(hits, answers.Count)
            : Bootstrap(answers, persons.Count);
        return new StudyShare((double)hits / answers.Count, low, high, answers.Count);
    }

    /// <summary>
    /// Percentiles of the share over bootstrap samples. The weight of an answer is the number of draws of its participant times that of its
    /// picture.
    /// </summary>
    private static (double Low, double High) Bootstrap(
        IReadOnlyList<(int Person, string Picture, bool IsSo)> answers, int persons)
    {
        var pictures = answers.Select(a => a.Picture).Distinct(StringComparer.Ordinal).Index()
            .ToDictionary(p => p.Item, p => p.Index, StringComparer.Ordinal);
        var cells = answers.Select(a => (a.Person, Picture: pictures[a.Picture], a.IsSo)).ToArray();
        var random = new RandomSequence(new RandomKey(1, Stream, 0, 0));
        var shares = new List<double>(Resamples);
        while (shares.Count < Resamples)
        {
            var (ofPersons, ofPictures) = (Draw(persons), Draw(pictures.Count));
            var (hits, all) = (0L, 0L);
            foreach (var (person, picture, isSo) in cells)
            {
                var weight = (long)ofPersons[person] * ofPictures[picture];
                all += weight;
                hits += isSo ? weight : 0;
            }

            if (all > 0)
            {
                shares.Add((double)hits / all);
            }
        }

        shares.Sort();
        return (shares[(int)(Tail * Resamples)], shares[Resamples - 1 - (int)(Tail * Resamples)]);

        int[] Draw(int count)
        {
            var times = new int[count];
            for (var i = 0; i < count; i++)
            {
                times[random.NextInt(count)]++;
            }

            return times;
        }
    }
}
