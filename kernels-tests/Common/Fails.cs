using NUnit.Framework.Constraints;

namespace IlgpuGan.TestsCommon;

/// <summary>What fails does so by an exception that says why.</summary>
internal static class Fails
{
    /// <summary>The message contains a reason, and the others.</summary>
    public static void With<TException>(Action code, string reason, params string[] others)
        where TException : Exception => Because(code, Throws.TypeOf<TException>().With.Message.Contains(reason), others);

    /// <summary>The message begins so, and contains the reasons.</summary>
    public static void Starting<TException>(Action code, string start, params string[] reasons)
        where TException : Exception => Because(code, Throws.TypeOf<TException>().With.Message.StartsWith(start), reasons);

    /// <summary>This is the whole message.</summary>
    public static void Saying<TException>(Action code, string message)
        where TException : Exception => Assert.That(code, Throws.TypeOf<TException>().With.Message.EqualTo(message));

    private static void Because(Action code, Constraint failure, string[] reasons) =>
        Assert.That(code, reasons.Aggregate(failure, (all, reason) => all.And.Message.Contains(reason)));
}
