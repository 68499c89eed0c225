// What a BI tool sees through JDBC: base types, and parameters that bind.
import java.math.BigDecimal;
import java.sql.*;
import java.util.*;

public class Jdbc {
    static int wrong = 0, checked = 0;

    static void check(String what, Object expected, Object found) {
        checked++;
        if (!Objects.equals(expected, found)) {
            wrong++;
            System.out.println("JDBC: " + what + ": " + found + ", not " + expected);
        }
    }

    static Object one(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) statement.setObject(i + 1, parameters[i]);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getObject(1);
            }
        }
    }

    static String state(Connection connection, String sql, Object... parameters) {
        try {
            one(connection, sql, parameters);
            return "none";
        } catch (SQLException error) {
            return error.getSQLState();
        }
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0], arguments[1], "")) {
            // The metadata of a view, which is what a tool builds its fields from.
            Map<String, Integer> types = new HashMap<>();
            try (ResultSet columns = connection.getMetaData().getColumns(null, "public", "bi_value", null)) {
                while (columns.next()) types.put(columns.getString("COLUMN_NAME"), columns.getInt("DATA_TYPE"));
            }
            check("bigint", Types.BIGINT, types.get("client_id"));
            check("integer", Types.INTEGER, types.get("days_quiet"));
            check("numeric", Types.NUMERIC, types.get("total"));
            check("timestamptz", Types.TIMESTAMP, types.get("last_at"));
            check("date", Types.DATE, types.get("last_day"));
            check("float8", Types.DOUBLE, types.get("ratio"));
            check("text", Types.VARCHAR, types.get("tier"));
            check("boolean", Types.BIT, types.get("active"));
            check("text[]", Types.ARRAY, types.get("tags"));
            // Values, by binary transfer too: the driver switches to it after some executions.
            for (int i = 0; i < 10; i++) {
                check("total", new BigDecimal("1.25"), one(connection, "select crm.total(crm.rfm_agg(?::date, ?))", java.sql.Date.valueOf("2026-09-28"), new BigDecimal("1.25")));
                check("p_alive", Double.class, one(connection, "select crm.quantile(crm.distribution_agg(x), ?) from generate_series(1, 9) as x", 0.5).getClass());
            }
            check("a policy as text", "gold", one(connection, "select crm.tier_of(?, ?::jsonb)", new BigDecimal("392173.18"), one(connection, "select crm.tier_policy_example()").toString()));
            check("a policy without a cast", "42883", state(connection, "select crm.tier_of(?, ?)", new BigDecimal("1"), "{}"));
            Array tags = connection.createArrayOf("text", new String[] {"growth", "income"});
            check("arrays", 0.5, one(connection, "select crm.tag_overlap(?, ?)", tags, connection.createArrayOf("text", new String[] {"income"})));
            check("a double", "gold", one(connection, "select crm.tier_of(?, crm.tier_policy_example())", 392173.18));
            check("a long", "gold", one(connection, "select crm.tier_of(?, crm.tier_policy_example())", 392173L));
            try (ResultSet rows = connection.createStatement().executeQuery("select rfm, policy, tags from bi_value limit 1")) {
                rows.next();
                check("a summary as text", true, rows.getString(1).startsWith("{\"first_at\""));
                check("jsonb as text", true, rows.getString(2).startsWith("{"));
                check("text[]", List.of("a", "b"), Arrays.asList((String[]) rows.getArray(3).getArray()));
            }
        }
        System.out.println("clients: " + checked + " checks through JDBC, " + wrong + " wrong");
        System.exit(wrong == 0 ? 0 : 1);
    }
}
