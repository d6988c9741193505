using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;

namespace IlgpuGan.Models.Training;

/// <summary>The options with which a training has the layers of stored networks.</summary>
internal static class FittingOptions
{
    /// <summary>A clause for messages: <c>add --generator unet64 --ngf 8</c>, or where to read on if no options fit.</summary>
    /// <param name="networks">stored networks, each with the name of the training's network that is to start from it</param>
    /// <param name="options">the training's</param>
    public static string Of(IReadOnlyList<(StoredNetwork Stored, string Name)> networks, TrainingOptions options)
    {
        var fitting = options;
        foreach (var (stored, name) in networks)
        {
            if (HasLayersOf(stored, name, fitting))
            {
                continue;
            }

            var shared = Shared(fitting, stored.Options).ToList();
            var changed = shared.Aggregate(fitting, (o, option) => option.Own.With(o, option.Other.Get(stored.Options)));
            if (!HasLayersOf(stored, name, changed))
            {
                return None(name);
            }

            // What is not needed stays as it was. The last goes first: a list of classes comes after their number, and is worth nothing
            // without it.
            foreach (var (own, _) in shared.AsEnumerable().Reverse())
            {
                var without = own.With(changed, own.Get(fitting));
                changed = HasLayersOf(stored, name, without) ? without : changed;
            }

            fitting = changed;
        }

        // An empty list can't be asked for: it stands for what the data have.
        var typed = fitting.DifferencesFrom(options).Where(d => d.Asked.Length > 0)
            .SelectMany(d => OptionsJson.Typed(d.Name, d.Asked)).ToList();
        return typed.Count > 0 ? "add " + ShellWord.Words(typed) : None(networks[0].Name);

        string None(string name) => $"no options of {options.Model} make such a {name}: {ForeignNetworkFile.SeePage}";
    }

    /// <summary>The options on the command line that both have, with different values.</summary>
    private static IEnumerable<(OptionDescription Own, OptionDescription Other)> Shared(TrainingOptions options, TrainingOptions stored) =>
        OptionDescription.Of(options.GetType()).Where(o => o.Attribute is { FromData: false })
            .Join(OptionDescription.Of(stored.GetType()), o => (o.Name, o.Type), o => (o.Name, o.Type), (own, other) => (own, other))
            .Where(o => !Equals(o.own.Get(options), o.other.Get(stored)));

    private static bool HasLayersOf(StoredNetwork stored, string name, TrainingOptions options)
    {
        try
        {
            return FamilyCatalog.Of(options).Networks(options).FirstOrDefault(n => n.Name == name) is { } own
                && Shapes(own.Create()).SetEquals(Shapes(stored.CreateEmpty()));
        }
        catch (Exception e) when (e is OptionsException or ArgumentException)
        {
            return false; // Some of the values contradict each other.
        }
    }

    private static HashSet<(string, Shape)> Shapes(Module network) => [.. network.NamedTensors().Select(t => (t.Name, t.Tensor.Shape))];
}
