namespace IlgpuGan.Models.Families;

/// <summary>Whether an option changes anything beside the others: what it belongs to may be switched off.</summary>
/// <param name="Name">in kebab-case, without dashes</param>
/// <param name="Exists">whether it changes anything</param>
/// <param name="Why">the reason if it does not: <c>without --teacher</c></param>
internal sealed record OptionEffect(string Name, bool Exists, string Why)
{
    /// <summary>The same for several options.</summary>
    public static IEnumerable<OptionEffect> Of(bool exist, string why, params string[] names) =>
        names.Select(name => new OptionEffect(name, exist, why));
}
