namespace IlgpuGan.Models.Reporting;

/// <summary>What the losses of all families are, in a phrase each, and what is healthy: what a report's curves link to.</summary>
internal static class LossMeanings
{
    private const string Level = "level and noisy; a steady rise says that the discriminator is winning";
    private const string Guessing =
        "level and noisy; with cross-entropy 0.69 is guessing, with least squares 0.25, and near 0 the discriminator has won";
    private const string Falls = "falls, fast at first; pictures improve long after it looks level";
    private const string Small = "small; a rise by orders of magnitude comes before a collapse";

    /// <summary>The page with a picture of each kind of training.</summary>
    public const string Page = "models/what-the-curves-mean.md";

    /// <summary>A loss in a phrase, and what is healthy; null for names of custom loops.</summary>
    /// <param name="name">as in reports</param>
    /// <param name="ganMode">the kind of the adversarial loss, as <c>--gan-mode</c>; null if unknown</param>
    public static (string What, string Healthy)? Of(string name, string? ganMode) =>
        Of(name) is { } meaning && meaning.Healthy == Guessing ? meaning with { Healthy = GuessingIn(ganMode) } : Of(name);

    private static string GuessingIn(string? ganMode) => ganMode switch
    {
        "vanilla" or "rpgan" => "level and noisy; 0.69 is guessing, and near 0 the discriminator has won",
        "lsgan" => "level and noisy; 0.25 is guessing, and near 0 the discriminator has won",
        "hinge" => "level and noisy; 1 is guessing, and near 0 the discriminator has won",
        "wgangp" => "noisy; a score, which has no scale and either sign",
        _ => Guessing,
    };

    /// <summary>The same whatever the kind of the adversarial loss.</summary>
    public static (string What, string Healthy)? Of(string name) => name switch
    {
        "G_GAN" or "G_GAN2" or "GAN" or "G_A" or "G_B" or "G_fake" or "C_GAN" or "C_fake" or ['G' or 'V', '_', >= '0' and <= '9', ..] =>
            ("the generator's adversarial loss: low where the discriminator takes its pictures for real", Level),
        "D_real" => ("the discriminator on real pictures: low where it knows them", Guessing),
        "G" => ("BEGAN's generator: how badly the discriminator, an autoencoder, restores generated pictures",
            "falls with D_real, of which it stays about the share --gamma"),
        "D_fake" or "D_Fake" => ("the discriminator on generated pictures: low where it knows them", Guessing),
        "D_wrong" or "D_guess" =>
            ("the discriminator on pictures with a wrong or a guessed label: low where it knows them", Guessing),
        "D" or "D2" or "D_GAN" or "D_A" or "D_B" =>
            ("the discriminator on real and generated pictures: low where it tells them apart", Guessing),
        "G_L1" or "G_L2" => ("distance of the output from its target, times its weight (--lambda-l1 and the like)", Falls),
        "cycle_A" or "cycle_B" or "recon_A" or "recon_B" or "G_rec" =>
            ("distance of a picture from what it becomes on the way there and back, times its weight", Falls),
        "idt" or "idt_A" or "idt_B" => ("how much the generator changes a picture that is of the wanted kind already", Falls),
        "NCE" or "NCE_Y" =>
            ("how badly a patch of the output is matched, among others, with the patch of the input at its place", Falls),
        "G_GAN_Feat" or "GAN_Feat" or "fm_A" or "fm_B" or "G_VGG" or "VGG" =>
            ("distance of output and target in the features of a network", Falls),
        "G_features" => ("distance of the mean features of generated pictures from those of real ones", Level),
        "W" => ("the critic's estimate of the distance between real and generated pictures", "falls slowly while the pictures improve"),
        "D_gp" or "D_R1" or "D_R2" or "D_drift" or "D2_gp" or "D2_R1" or "D2_R2" or "gp_A" or "gp_B" or "R1_A" or "R1_B" or "R2_A"
            or "R2_B" => ("penalty on the slope of the discriminator, or on the size of its scores", Small),
        "kl" or "KLD" or "G_KL" => ("how far codes or conditions are from a normal distribution, times its weight", "small and level"),
        "z_L1" => ("how badly the random code is recovered from the output", Falls),
        "D_cls" or "G_cls" => ("how badly a picture's class is recognised", Falls),
        "C_labelled" or "C_entropy" or "C_average" => ("a part of the classifier's loss", Falls),
        "M" => ("BEGAN's measure of convergence: the loss on real pictures, and how far both losses are out of balance", Falls),
        "k" => ("BEGAN's weight of the loss on generated pictures", "settles between 0 and 1"),
        "G_PT" => ("penalty on generated pictures whose codes are alike", "small and level; a rise says that the pictures become alike"),
        "SB" => ("distance of the output from its input, less a reward for outputs that differ", "level and noisy"),
        "E" => ("the energy network, which tells a pair of input and output from others", "level and noisy"),
        "G_color" => ("how much mean and spread of the colours differ between the sizes", Small),
        "G_attention" => ("distance of the student's attention from the teacher's", Falls),
        _ => null,
    };

    /// <summary>A loss's name in HTML, with a link to its phrase on the same page if it has one.</summary>
    public static string Linked(string name) => Of(name) is null
        ? PageParts.Encode(name)
        : $"<a href=\"#loss-{PageParts.Encode(name)}\">{PageParts.Encode(name)}</a>";

    /// <summary>Writes the phrases of some losses; nothing if none is known.</summary>
    public static void Append(StringBuilder html, IEnumerable<string> names, string? ganMode)
    {
        var known = names.Select(name => (Name: PageParts.Encode(name), Meaning: Of(name, ganMode)))
            .Where(loss => loss.Meaning is not null).ToList();
        if (known.Count == 0)
        {
            return;
        }

        html.Append("<h3>What the losses are</h3><dl class=\"meanings\">");
        foreach (var (name, meaning) in known)
        {
            var (what, healthy) = meaning!.Value;
            html.Add(
                $"<dt id=\"loss-{name}\">{name}</dt><dd>{PageParts.Encode(what)}. " +
                    $"<span class=\"dim\">Healthy: {PageParts.Encode(healthy)}.</span></dd>");
        }

        html.Add(
            $"</dl><p class=\"dim\">In a healthy GAN neither side wins. Five trainings with their curves, healthy and not: {Page}, in " +
                $"the program's sources.</p>");
    }
}
