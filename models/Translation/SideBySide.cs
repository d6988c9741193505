using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// Recognises side-by-side pairs (A left, B right) among pictures to translate, by the shapes of the training files. Only the input half of
/// such a pair is translated. Of files of one shape that alone tells; of several, pictures may have one of them by chance, and a pair must
/// have a seam in its middle, too.
/// </summary>
/// <param name="Shapes">aspect ratios (width / height) of the training files</param>
/// <param name="Trained">the direction of training; with A to B the left half is the input</param>
internal sealed record SideBySide(IReadOnlyList<double> Shapes, Direction Trained)
{
    /// <summary>Most files per split whose shape is read; of more files it is that of some all over the list.</summary>
    private const int MostFilesRead = 500;

    /// <summary>Relative tolerance for aspect ratios, because sides of scaled copies are rounded.</summary>
    private const double Tolerance = 0.02;

    private const string Left = "left";

    private static readonly string[] s_splits = ["train", "val", "test"];

    /// <returns>null for a generator that was not trained on such files</returns>
    /// <param name="options">the training options; null if unknown</param>
    /// <param name="generator">the generator</param>
    /// <param name="description">what the generator's file says of the pairs; null if it says nothing</param>
    public static SideBySide? Of(TrainingOptions? options, GeneratorSpec generator, WeightsDescription? description)
    {
        if (options is null || generator is { Labels.Coding.Palette: null } or { OnPictures: not null }
            || !FamilyCatalog.Of(options).Info.LearnsFromPairs)
        {
            return null;
        }

        if (description?.PairShapes is { } stored)
        {
            return stored.Count > 0 ? new SideBySide(stored, generator.Direction) : null;
        }

        if (options.Data.Length == 0 || !Directory.Exists(options.Data))
        {
            // An older run does not say, and its data set is gone: assume square halves, as in published sets.
            return new SideBySide([2], generator.Direction);
        }

        var found = new List<(double Shape, int Files)>();
        var sizes = s_splits.SelectMany(split => FilesOf(Path.Combine(options.Data, split))).Select(PictureFile.SizeOf);
        foreach (var (width, height) in sizes.OfType<(int Width, int Height)>())
        {
            var shape = (double)width / height;
            if (found.FindIndex(s => Math.Abs(shape - s.Shape) < Tolerance * s.Shape) is >= 0 and var known)
            {
                found[known] = (found[known].Shape, found[known].Files + 1);
            }
            else
            {
                found.Add((shape, 1));
            }
        }

        // The most frequent ones, in the order in which they were found.
        double[] shapes =
        [
            .. found.Index().OrderByDescending(s => s.Item.Files).Take(WeightsDescription.MostShapes).OrderBy(s => s.Index)
                .Select(s => s.Item.Shape),
        ];
        return shapes.Length > 0 ? new SideBySide(shapes, generator.Direction) : null;
    }

    /// <summary>
    /// What a run's checkpoints say of the pairs that it is trained on: the picture that it makes of one must not depend on whether their
    /// folder is still there, or is found from where it is asked for.
    /// </summary>
    /// <param name="options">the training options</param>
    /// <param name="checkpoint">the run's, whose shapes stay; null for a new run, and for one that goes on with other data</param>
    /// <exception cref="IOException">the checkpoint can't be read or is damaged</exception>
    public static IReadOnlyDictionary<string, string> MetadataOf(TrainingOptions options, string? checkpoint)
    {
        var family = FamilyCatalog.Of(options);
        if (!family.Info.LearnsFromPairs)
        {
            return new Dictionary<string, string>();
        }

        string[] names = [.. family.Networks(options).Select(n => n.Name)];
        using var file = checkpoint is null ? null : TensorFile.Open(checkpoint);
        var stored = file is null ? null : WeightsDescription.Read(file, options, names);
        return WeightsDescription.ToMetadataOfRun(options, [.. names.Select(name => (name, DescriptionOf(name), (StoredNetwork?)null))]);

        WeightsDescription? DescriptionOf(string name) => family.Generators(options).FirstOrDefault(g => g.Network == name) is { } generator
            ? WeightsDescription.OfPairs(Of(options, generator, stored?.GetValueOrDefault(name))?.Shapes ?? [])
            : null;
    }

    /// <summary>The input half of a picture, with its name; null if the picture is no pair.</summary>
    /// <param name="picture">the picture to translate</param>
    /// <param name="direction">direction of translation; null for that of training</param>
    public (Picture Picture, string Name)? HalfOf(Picture picture, Direction? direction) =>
        NameOf(picture, direction) is { } name ? (Cut(picture, isLeft: name == Left), name) : null;

    /// <summary>The name alone, <c>left</c> or <c>right</c>.</summary>
    /// <inheritdoc cref="HalfOf"/>
    internal string? NameOf(Picture picture, Direction? direction) =>
        picture.Width < 2 || !Shapes.Any(shape => Math.Abs(picture.Width - (shape * picture.Height)) is var off
            && (off < Tolerance * shape * picture.Height || (off <= 1 && picture.Width % 2 != 0)))
        || (Shapes.Count > 1 && PairLikeness.IsWhole(Cut(picture, isLeft: true), Cut(picture, isLeft: false))) ? null
        : (direction ?? Trained) == Direction.AToB ? Left : "right";

    private static Picture Cut(Picture picture, bool isLeft)
    {
        var half = picture.Width / 2;
        return picture.Crop(isLeft ? 0 : picture.Width - half, 0, half, picture.Height);
    }

    /// <summary>The pictures of a folder, or some of very many; none if it is missing or can't be read.</summary>
    private static IReadOnlyList<string> FilesOf(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. EvenPlaces.Of(PictureList.FirstOf(folder, int.MaxValue), MostFilesRead)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // The model does not need its training files: it is taken for one whose data set is gone.
        }
    }
}
