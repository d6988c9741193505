using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.Models.Reporting;

/// <summary>The metadata with which the networks of a model make the same pictures from every exported file.</summary>
internal static class ExportMetadata
{
    /// <param name="path">the run or file that they come from, or a bundled model</param>
    /// <param name="networks">the networks that share the new file</param>
    /// <param name="longSide">see <see cref="WeightsDescription.LongSide"/>; null for what the model's own file says</param>
    /// <param name="examples">whether to add inputs for people to look at, which are pictures of the training's data</param>
    /// <returns>for <see cref="ExportSettings.Metadata"/></returns>
    /// <exception cref="IOException">a file of the run can't be read or is damaged</exception>
    /// <exception cref="RunException">a run's files are damaged</exception>
    public static IReadOnlyDictionary<string, string> Of(
        string path, IReadOnlyList<StoredNetwork> networks, int? longSide = null, bool examples = true) =>
        WeightsDescription.ToMetadata([.. networks.Select(network => (network, DescriptionOf(network, path, longSide, examples)))]);

    private static WeightsDescription? DescriptionOf(StoredNetwork network, string path, int? longSide, bool examples)
    {
        if (network.Generator is not { } generator)
        {
            return null;
        }

        var shown = ShownInputs.Of(path, generator, network.Options, network.Description);
        var pairs = SideBySide.Of(network.Options, generator, network.Description);
        return WeightsDescription.Of(
            pairs?.Shapes ?? [], shown.Palette, shown.Side, longSide ?? network.Description?.LongSide, examples ? shown.Examples : []);
    }
}
